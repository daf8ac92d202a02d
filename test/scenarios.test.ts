import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../src/cli/run.ts';
import { parseScenario, updatedScenario } from './build/scenario.ts';
import { fakeWorld } from './cli/fake-world.ts';

const root = new URL('../fixtures/scenarios/', import.meta.url).pathname;
const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.scenario'))
  .sort();

describe('scenarios', () => {
  it('are there', () => {
    expect(paths.length).toBeGreaterThan(10);
  });

  // UPDATE=1 rewrites what a scenario prints; the diff is then read by a person.
  it.each(paths)('%s', async (path) => {
    const text = readFileSync(root + path, 'utf8');
    const scenario = parseScenario(process.env['UPDATE'] === '1' && !text.includes('--- exit') ? `${text}--- exit 0\n` : text);
    const world = fakeWorld({ files: scenario.files });
    const exit = await runCli(scenario.argv, world);
    const ran = { stdout: world.out(), stderr: world.err(), exit };
    if (process.env['UPDATE'] === '1') writeFileSync(root + path, updatedScenario(text, ran));
    expect(ran).toEqual(process.env['UPDATE'] === '1' ? ran : { stdout: scenario.stdout, stderr: scenario.stderr, exit: scenario.exit });
  });
});
