/** The list for the inspection device: one pattern a line, everything else behind `#`, whatever a name holds. */
import { describe, expect, it } from 'vitest';
import type { BypassHost } from '../../../../src/core/judge/inspected-hosts.ts';
import { buildReport } from '../../../../src/core/report/build.ts';
import { bypass } from '../../../../src/core/report/formats/bypass.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { bypassHost, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

function page(rows: readonly BypassHost[]): string {
  return [...bypass.render(buildReport(sampleParts({ bypass: rows }), NO_WISH), PLAIN_LOOK)].join('');
}

const plain = (text: string): string[] => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the bypass list', () => {
  it('is the patterns of the policy, each on a line of its own', () => {
    expect(plain(page([bypassHost('ws.multiclaw.io'), bypassHost('*.multiclaw.io'), bypassHost('192.0.2.0/24', { kind: 'address' })]))).toEqual(['ws.multiclaw.io', '*.multiclaw.io', '192.0.2.0/24']);
  });

  it('gives each device its own notation in comments, and says what widens', () => {
    const text = page([bypassHost('ws.multiclaw.io'), bypassHost('*.multiclaw.io'), bypassHost('192.0.2.7', { kind: 'address' })]);
    const [, dotted = '', slashed = ''] = text.split(/^# (?:Dot-prefixed|With a closing).*$/m);
    expect(text).toContain('one name more than the policy says');
    expect(dotted.trim().split('\n')).toEqual(['#   ws.multiclaw.io', '#   .multiclaw.io']);
    expect(slashed.trim().split('\n')).toEqual(['#   ws.multiclaw.io/', '#   *.multiclaw.io/']);
  });

  it('names the entry, its reason, what was proven and what a wildcard admitted', () => {
    const text = page([bypassHost('*.push.example', { entry: 'push', because: ['websocket'], interception: 'proven', seen: ['a.push.example'] })]);
    expect(text).toContain('# push: websocket; re-signing is proven\n# seen under the wildcard: a.push.example\n*.push.example\n');
    expect(text).toContain('1 of entries that were proven re-signed');
  });

  it('never takes silence for an untouched network', () => {
    expect(page([bypassHost('ws.multiclaw.io')])).toContain('which does not say that none is');
  });

  it('says so when there is nothing to list', () => {
    expect(page([])).toContain('so there is nothing to list');
    expect(plain(page([]))).toEqual([]);
  });

  it.each(Object.entries(HOSTILE_NAMES).filter(([, name]) => !/^[a-z0-9._-]+$/.test(name)))('makes no line of %s', (_, name) => {
    expect(plain(page([bypassHost(name, { entry: name, because: [name], seen: [name] }), bypassHost('ok.example')]))).toEqual(['ok.example']);
  });
});
