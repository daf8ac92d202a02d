import { describe, expect, it } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import type { World } from '../../src/cli/world.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

const PAGES: Readonly<Record<string, string>> = {
  'telemetry-host.md': '# telemetry-host\n\nSeverity: `error`\n\n## What it finds\n\nA host of the telemetry catalogue. More follows.\n',
  'wrong-port.md': '# wrong-port\n\nA declared host on another port.',
};

function withPages(): { readonly world: World; readonly fake: FakeWorld } {
  const fake = fakeWorld();
  return {
    fake,
    world: { ...fake, packageFolder: async () => Object.keys(PAGES), packageText: async (path) => PAGES[path.replace('docs/rules/', '')] },
  };
}

describe('egret explain', () => {
  it('lists every rule with the first sentence of what it finds', async () => {
    const { world, fake } = withPages();
    expect(await runCli(['explain'], world)).toBe(0);
    expect(fake.out()).toBe('Pages; egret explain NAME prints one:\n  telemetry-host  A host of the telemetry catalogue.\n  wrong-port      A declared host on another port.\n  exit-codes      What each exit code means.\n');
  });

  it('prints the page of a rule, with a line feed at its end', async () => {
    const { world, fake } = withPages();
    await runCli(['explain', 'wrong-port'], world);
    expect(fake.out()).toBe('# wrong-port\n\nA declared host on another port.\n');
  });

  it.each([
    ['telemtry-host', 'did you mean telemetry-host?'],
    ['something-else-entirely', 'egret explain lists all rules'],
    ['../exit-codes', 'did you mean exit-codes?'],
  ])('has no page %s', async (topic, help) => {
    const { world, fake } = withPages();
    expect(await runCli(['explain', topic], world)).toBe(3);
    expect(fake.err()).toContain(help);
  });
});
