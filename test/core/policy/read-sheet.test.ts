import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { formatMistake } from '../../../src/core/base/errors.ts';
import { readPolicy } from '../../../src/core/policy/document.ts';
import { readSheet, sheetMistakes } from '../../../src/core/policy/read-sheet.ts';

describe('a run sheet', () => {
  it('is read with its times in microseconds', () => {
    const { sheet, mistakes } = readSheet(FULL, 's.run.yaml');
    expect(mistakes).toEqual([]);
    expect(sheet).toMatchObject({
      file: 's.run.yaml',
      scope: 'app',
      platform: 'linux',
      features: ['openai'],
      variables: { mcp_hosts: ['mcp.example.com:443/tcp'] },
      phases: [{ phase: 'launch', from: 1_767_225_600_000_000, to: 1_767_225_601_500_000 }, { phase: 'task', from: 1_767_225_602_000_000 }],
      local: [{ text: '10.0.0.0/8' }, { text: '2001:db8:77::/64' }],
      proxy: { address: '127.0.0.1', port: 3128, variablesSet: true, noProxy: ['.lan', '10.0.0.5'] },
      roots: ['ca.pem'],
      components: [{ component: 'gateway', local: ['10.0.0.2:41234/tcp', '[2001:db8::1]:5/udp'] }],
      clockOffset: -1_500_000,
    });
  });

  it('leaves unknown what it does not say', () => {
    const { sheet } = readSheet('egret-run: 1\n', 's');
    expect(sheet).toEqual({ file: 's', variables: {}, local: [], roots: [], components: [], clockOffset: 0, places: new Map() });
  });

  it('tells "none" from "unknown"', () => {
    const { sheet } = readSheet('egret-run: 1\nfeatures: none\nphases: []\nproxy: none\nclock-offset: 0\n', 's');
    expect(sheet).toMatchObject({ features: [], phases: [] });
    expect(sheet?.proxy).toBeUndefined();
  });

  it('reads past the story', () => {
    expect(readSheet('egret-run: 1\nstory: { switches: { anything: [1, {}] } }\n', 's').mistakes).toEqual([]);
  });

  it('prints every mistake with its line', () => {
    expect(readSheet(BAD, 's').mistakes.map(formatMistake)).toEqual([
      's:2:8: `scope` expects one of app, machine, but here is the text "host"',
      's:3:1: a run sheet has no key "platfrom"\n  help: did you mean `platform`?',
      's:4:11: `features` expects `none` or a list, but here is the text "nothing"',
      's:6:28: "12:00" is no time\n  help: write RFC 3339 with a zone: 2026-11-22T22:34:05.392Z',
      's:7:56: the phase ends before it starts\n  help: `from` is the earlier time',
      's:8:9: "10.0.0.1/8" has bits set below its prefix, or a prefix too long\n  help: give the first address of the block: 10.0.0.0/8, not 10.1.2.3/8',
      's:9:35: `port` is more than 65535',
      's:11:35: a local end without its port\n  help: write address:port/transport',
      's:12:34: 10.0.0.2:1/tcp is given to two components\n  help: it was given to gateway before',
      's:13:15: "1.5" is no duration\n  help: write a number and its unit: us, ms, s, m, h; such as 1.5s',
    ]);
  });

  it('says what is missing from an empty file', () => {
    expect(readSheet('', 's').mistakes.map(formatMistake)).toEqual(['s:1:1: the run sheet is empty\n  help: it begins with `egret-run: 1`']);
  });

  it.each(['clean-start-and-task', 'telemetry', 'unconfigured-provider', 'undeclared-host', 'updater-blocked-ws-refused'])('of the story %s fits the MultiClaw policy', (story) => {
    const { policy } = readPolicy(text('policies/multiclaw.yaml'), 'multiclaw.yaml');
    const { sheet, mistakes } = readSheet(text(`fixtures/recordings/${story}/story.run.yaml`), story);
    expect(mistakes).toEqual([]);
    expect(policy !== undefined && sheet !== undefined && sheetMistakes(sheet, policy)).toEqual([]);
  });

  it('is held against the names of its policy', () => {
    const { policy } = readPolicy(text('policies/multiclaw.yaml'), 'multiclaw.yaml');
    const { sheet } = readSheet('egret-run: 1\nfeatures: [opnai]\nphases: [{ phase: lunch, from: 2026-01-01T00:00:00Z }]\nvariables: { mcp_host: [] }\ncomponents: [{ component: gatway, local: "10.0.0.2:1/tcp" }]\n', 's');
    expect(policy !== undefined && sheet !== undefined && sheetMistakes(sheet, policy).map((mistake) => `${mistake.at?.line}:${mistake.at?.column} ${mistake.help}`)).toEqual(['2:12 did you mean `openai`?', '3:19 did you mean `launch`?', '5:27 did you mean `gateway`?', '4:14 did you mean `mcp_hosts`?']);
  });
});

function text(file: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../${file}`, import.meta.url)), 'utf8');
}

const FULL = `egret-run: 1
scope: app
platform: linux
features: [openai]
variables: { mcp_hosts: ["mcp.example.com:443/tcp"] }
phases:
  - { phase: launch, from: 2026-01-01T00:00:00Z, to: 2026-01-01T01:00:01.5+01:00 }
  - { phase: task, from: 2026-01-01T00:00:02Z }
local: [10.0.0.0/8, "2001:db8:77::/64"]
proxy: { address: 127.0.0.1, port: 3128, variables-set: true, no-proxy: [.lan, 10.0.0.5] }
roots: ca.pem
components: [{ component: gateway, local: ["10.0.0.2:41234/tcp", "[2001:db8::1]:5/udp"] }]
clock-offset: -1.5s
`;

const BAD = `egret-run: 1
scope: host
platfrom: linux
features: nothing
phases:
  - { phase: launch, from: "12:00" }
  - { phase: task, from: 2026-01-01T00:00:02Z,     to: 2026-01-01T00:00:01Z }
local: [10.0.0.1/8]
proxy: { address: 10.0.0.9, port: 70000, variables-set: false }
components:
  - { component: gateway, local: [10.0.0.2/tcp, "10.0.0.2:1/tcp"] }
  - { component: desktop, local: "10.0.0.2:1/tcp" }
clock-offset: "1.5"
`;
