// docs/policy.md may not say what the code does not do: its examples are read, its answers compared, its keys counted.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CHECKS } from '../../../src/core/policy/checks.ts';
import { readPolicy } from '../../../src/core/policy/document.ts';
import { readSheet } from '../../../src/core/policy/read-sheet.ts';

const page = text('docs/policy.md');
const examples = [...page.matchAll(/(<!-- fixture: (\S+) -->\n)?```yaml\n([\s\S]*?)```/g)].map((match) => ({ fixture: match[2], yaml: match[3] ?? '' }));

describe('docs/policy.md', () => {
  it.each(examples.filter((example) => example.fixture === undefined && !example.yaml.startsWith('egret-run:')).map((example) => example.yaml))('has a policy that egret reads:\n%s', (yaml) => {
    expect(readPolicy(completed(yaml), 'example').mistakes).toEqual([]);
  });

  it.each(examples.filter((example) => example.yaml.startsWith('egret-run:')).map((example) => example.yaml))('has a run sheet that egret reads:\n%s', (yaml) => {
    expect(readSheet(yaml, 'example').mistakes).toEqual([]);
  });

  it.each(examples.filter((example) => example.fixture !== undefined))('shows $fixture as it is', ({ fixture, yaml }) => {
    expect(yaml).toBe(text(`fixtures/policies/${fixture ?? ''}`));
  });

  it('shows the answers that egret gives', () => {
    const answers = [...page.matchAll(/<!-- answers: (\S+) -->\n```text\n([\s\S]*?)```/g)];
    expect(answers).toHaveLength(2);
    for (const [, file, answer] of answers) expect(answer).toBe(text(`fixtures/policies/${file ?? ''}`));
  });

  it('has a row for every check', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (.*) \|$/gm)].map((match): [string, string] => [match[1] ?? '', match[2] ?? '']);
    expect(Object.fromEntries(rows.filter(([name]) => name in CHECKS))).toEqual(CHECKS);
  });

  it.each(['policy.schema.json', 'run-sheet.schema.json'])('names every key of %s', (schema) => {
    expect(keysOf(JSON.parse(text(`docs/${schema}`))).filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
  });

  it('names every lint', () => {
    const source = text('src/core/policy/lint/message.ts');
    const ids = [...source.matchAll(/^ {2}\| '([a-z-]+)'/gm)].map((match) => match[1] ?? '');
    expect(ids).toHaveLength(17);
    expect(ids.filter((id) => !page.includes(`\`${id}\``))).toEqual([]);
  });
});

/** Examples show a part; the names they refer to and the keys that every policy has are put around them. */
function completed(yaml: string): string {
  const missing = AROUND.filter(([key]) => !new RegExp(`^${key}:`, 'm').test(yaml)).map(([key, value]) => `${key}: ${value}\n`);
  return missing.join('') + yaml;
}

function keysOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'properties' && typeof inner === 'object' && inner !== null ? Object.keys(inner) : []).concat(keysOf(inner)));
}

function text(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
}

const AROUND: readonly (readonly [key: string, value: string])[] = [
  ['egret', '1'],
  ['name', 'Example'],
  ['sources', '{ inventory: { title: Inventory } }'],
  ['components', '{ desktop: { match: [{ exe: desktop }] }, gateway: { match: [{ exe: gateway }] } }'],
  ['features', '{ openai: A key is configured, turn-relay-mode: Relay only }'],
  ['phases', '[launch, update-check, task, cloud-desktop]'],
  ['variables', '{}'],
  ['connections', '[]'],
];
