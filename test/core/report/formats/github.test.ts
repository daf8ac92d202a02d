/** Annotations: their form, places and order, what GitHub would drop, and that no text of a stranger becomes a command. */
import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import type { Finding } from '../../../../src/core/judge/finding.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import { github } from '../../../../src/core/report/formats/github.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { runEgret } from '../../../build/file-world.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { claim, finding, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

function lines(over: Partial<ReportParts> = {}, cwd = ''): string[] {
  const page = [...github.render(buildReport(sampleParts({ claims: [], ...over }), NO_WISH), PLAIN_LOOK, cwd)].join('');
  expect(page.endsWith('\n')).toBe(true);
  return page.slice(0, -1).split('\n');
}

function first(over: Partial<Finding>, cwd = ''): string {
  return lines({ findings: [finding(over)] }, cwd)[0] ?? '';
}

/** A command as a runner reads it: name up to the first space, properties up to the next `::`, the rest is the message; escapes undone. */
function read(line: string): { readonly name: string; readonly properties: Readonly<Record<string, string>>; readonly message: string } {
  const end = line.indexOf('::', 2);
  const [name = '', ...rest] = line.slice(2, end).split(' ');
  const properties = rest.join(' ').split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), decode(pair.slice(pair.indexOf('=') + 1), true)]);
  return { name, properties: Object.fromEntries(properties), message: decode(line.slice(end + 2), false) };
}

function decode(text: string, property: boolean): string {
  const whole = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return (property ? whole.replaceAll('%3A', ':').replaceAll('%2C', ',') : whole).replaceAll('%25', '%');
}

const many = (number: number, over: Partial<Finding> = {}): Finding[] => Array.from({ length: number }, (_, at) => finding({ fingerprint: String(at), subject: `h${at}`, ...over }));

describe('an annotation', () => {
  it('is one command with place, title and message', () => {
    expect(first({ seen: 'It spoke.', do: 'Ask it.', subject: 'x.example:443/tcp', component: 'desktop' })).toBe(
      '::error file=policies/multiclaw.yaml,line=118,col=5,title=telemetry-host%3A x.example%3A443/tcp (desktop)::It spoke.%0AAsk it.',
    );
  });

  it.each([['error', 'error'], ['warning', 'warning'], ['note', 'notice']] as const)('of severity %s is the command %s', (severity, name) => expect(read(first({ severity })).name).toBe(name));

  it('escapes percent signs, commas and colons, and gives them back to a runner', () => {
    const { properties, message } = read(first({ subject: 'a,b:c%2C', seen: '100%0A, a: b', do: 'x' }));
    expect([properties['title'], message]).toEqual(['telemetry-host: a,b:c%2C (desktop)', '100%0A, a: b\nx']);
  });

  it('names a policy in the working directory from there', () => {
    expect(read(first({ policyAt: { file: '/home/user/app/p,1.yaml', line: 3, column: 2 } }, '/home/user/app')).properties).toMatchObject({ file: 'p,1.yaml', line: '3', col: '2' });
  });

  it('is made for what is open, never for what is accepted or in the baseline', () => {
    const acceptance = { reason: 'r', until: '2027-01-31' };
    const page = lines({ findings: [finding({ standing: 'accepted', acceptance }), finding({ fingerprint: 'b', standing: 'baseline' }), finding({ fingerprint: 'c', standing: 'expired', acceptance, subject: 'old' })] });
    expect(page.filter((line) => line.startsWith('::')).map((line) => read(line).properties['title'])).toEqual(['telemetry-host: old (desktop)']);
    expect(page).toContain('egret: 1 open finding, 1 accepted, 1 in the baseline, in 60 connections and 5 lookups');
  });

  it('is made for a broken claim that no finding explains', () => {
    expect(read(lines({ findings: [], claims: [claim('C13', 'broken', 't', 'it was sent 18 kB')] })[0] ?? '')).toEqual({
      name: 'error', properties: { file: 'policies/multiclaw.yaml', line: '213', col: '5', title: 'broken claim C13' }, message: 'it was sent 18 kB',
    });
  });
});

describe('the page', () => {
  it('goes from errors to notes', () => {
    const names = lines({ findings: [finding({ severity: 'note' }), finding({ severity: 'error', fingerprint: 'b' }), finding({ severity: 'warning', fingerprint: 'c' })] }).filter((line) => line.startsWith('::')).map((line) => read(line).name);
    expect(names).toEqual(['error', 'warning', 'notice']);
  });

  it('says over what nothing was found, and what could not be seen', () => {
    expect(lines({ findings: [] })).toEqual([
      'egret: no open findings in 60 connections and 5 lookups',
      'egret: could not see: frames were captured in part (snap length) (1,204)',
      'egret: could not see: flows with bytes missing before they were understood (2)',
      'egret: exit 0: no finding in what was looked at',
    ]);
  });

  it('shows all of ten findings of a kind', () => expect(lines({ findings: many(10) }).filter((line) => line.startsWith('::error'))).toHaveLength(10));

  it('says with the tenth how many more there are', () => {
    const shown = lines({ findings: [...many(13), ...many(11, { severity: 'note' })] }).filter((line) => line.startsWith('::'));
    expect(shown).toHaveLength(20);
    expect(read(shown[9] ?? '').properties['title']).toBe('egret: 4 more of severity error');
    expect(read(shown[19] ?? '').properties['title']).toBe('egret: 2 more of severity note');
  });

  it('counts broken claims without a finding among the errors', () => {
    const claims = Array.from({ length: 12 }, (_, at) => claim(`C${at + 1}`, 'broken', 't', 'r'));
    const shown = lines({ findings: many(2), claims }).filter((line) => line.startsWith('::'));
    expect(shown).toHaveLength(10);
    expect(read(shown[9] ?? '').properties['title']).toBe('egret: 5 more of severity error');
  });
});

describe('hostile text', () => {
  const attacks: Readonly<Record<string, string>> = {
    ...HOSTILE_NAMES,
    'a line feed and a command': 'a\n::add-mask::x',
    'a carriage return and a command': 'a\r::stop-commands::x',
    'an escaped line feed': 'a%0A::error::x',
    'the end of the properties': 'a::b,file=/etc/passwd,line=1',
    'an older command': '##[set-env name=PATH]x',
    'a Windows line end': 'a\r\n::error::x',
  };

  it.each(Object.entries(attacks))('keeps %s inside its annotation', (_, text) => {
    const name = wireText(text);
    const evil = finding({ subject: name, component: name, seen: `it spoke to ${name}`, do: name, why: name, policyAt: { file: `p/${name}`, line: 7, column: 2 } });
    const page = lines({ findings: [evil], claims: [claim('C1', 'broken', name, name, { id: name })], blindSpots: [{ code: name, count: 1, text: name, lowers: [] }], policy: { path: name, sha256: '0', name } });
    expect(page.map((line) => (line.startsWith('::error file=') ? 'error' : line.startsWith('egret: ') ? 'plain' : line))).toEqual(['error', 'error', 'plain', 'plain', 'plain']);
    const { name: command, properties, message } = read(page[1] ?? '');
    expect([command, Object.keys(properties), properties['line'], properties['col']]).toEqual(['error', ['file', 'line', 'col', 'title'], '7', '2']);
    expect(message.split('\n')).toHaveLength(2);
    expect(page.filter((line) => line.startsWith('egret: ') && line.includes('##['))).toEqual([]);
  });

  it('cannot fill the log', () => expect(first({ subject: 'a'.repeat(10_000), seen: 'b'.repeat(10_000), do: 'c'.repeat(10_000) }).length).toBeLessThan(5000));
});

it('annotates a recorded story', async () => {
  const { out, exit } = await runEgret(['audit', 'fixtures/recordings/updater-blocked-ws-refused/capture.pcapng', '-p', 'policies/multiclaw.yaml', '-q', '--format', 'github']);
  const [blocked = '', ...rest] = out.trimEnd().split('\n');
  expect(blocked).toMatch(/^::error file=policies\/multiclaw\.yaml,line=\d+,col=5,title=blocked-required%3A cloud-websocket::MultiClaw Cloud \(WebSocket\) was tried once and never reached; .*%0AOpen ws\.multiclaw\.io 443\/tcp on the firewall/);
  expect(rest.at(-1)).toBe('egret: exit 1: 1 error at or above --fail-on warning');
  expect(exit).toBe(1);
});
