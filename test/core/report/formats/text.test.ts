import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import type { Destination } from '../../../../src/core/judge/destination.ts';
import { text } from '../../../../src/core/report/formats/text.ts';
import { type Look, PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { widthOf } from '../../../../src/core/report/layout/width.ts';
import type { Report } from '../../../../src/core/report/report.ts';
import { claim, destination, entry, evidence, finding, input, lookup, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

const HINT = { sender: 'Windows', what: 'clock', why: 'sets it', stop: 'a switch', source: 'https://vendor.example/' };

function render(report: Report, look: Partial<Look> = {}): string {
  return [...text.render(report, { ...PLAIN_LOOK, ...look })].join('');
}

function rendered(over: Partial<ReportParts> = {}, look: Partial<Look> = {}): string {
  return render(buildReport(sampleParts(over), NO_WISH), look);
}

function withoutPolicy(over: Partial<ReportParts> = {}): Report {
  const { policy: _, ...parts } = sampleParts({ claims: [], entries: [], findings: [], ...over });
  return buildReport(parts, NO_WISH);
}

/** Two connections to a host of the operating system. */
function os(name: string, reason: string, over: Partial<Destination> = {}): Destination {
  return destination({ name: wireText(name), verdict: { kind: 'environment', name, reason }, count: 2, up: 10, down: 20, ...over });
}

/** Spaces and line ends folded, so that a sentence is found wherever it was wrapped. */
function flat(page: string): string {
  return page.replaceAll(/\s+/g, ' ');
}

describe('the text report', () => {
  it.each([40, 60, 80, 100, 130, 160, 200])('writes no line wider than %i columns', (columns) => {
    for (const unicode of [true, false]) {
      const page = rendered({}, { columns, unicode }) + render(withoutPolicy(), { columns, unicode });
      expect(page.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
    }
  });

  it('is ASCII where the page is', () => {
    // oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
    expect(rendered({ destinations: [destination({ name: wireText('例え.example') })] }, { unicode: false })).toMatch(/^[\n -~]*$/);
  });

  it('says first what was audited and what was assumed of the scope', () => {
    const [first, second] = rendered().split('\n');
    expect(`${first} ${second}`).toBe('egret audited capture.pcapng against policies/multiclaw.yaml (MultiClaw desktop app and gateway). No run sheet: the recording is assumed to hold only the app.');
  });

  it.each([
    ['a run sheet', { scope: 'app', sheet: 'c.run.yaml' }, 'By c.run.yaml, the recording holds only the app.'],
    ['a flag', { scope: 'machine' }, 'As stated, the recording holds a whole machine.'],
  ] as const)('says what %s states of the scope', (_, over, sentence) => {
    expect(flat(rendered({ inputs: [input(over)] }))).toContain(sentence);
  });

  it('says of a run what was watched, and takes the longer of its two sources for its length', () => {
    const proxy = input({ path: 'proxy 127.0.0.1:8888', witness: 'proxy', scope: 'machine', first: 0, last: 2_000_000 });
    const page = flat(rendered({ inputs: [proxy, input({ path: 'capture of any (dumpcap)', scope: 'machine', first: 0, last: 3_000_000 })] }));
    expect(page).toContain('egret watched proxy 127.0.0.1:8888 and capture of any (dumpcap) against');
    expect(page).toContain('What was seen is of the whole machine.');
    expect(page).toContain('packets over 3.0 s:');
  });

  it('calls standard input by its name', () => {
    expect(rendered({ inputs: [input({ path: '-' })] })).toMatch(/^egret audited standard input against/);
  });

  it('gives phases with their times for one recording, by name for several', () => {
    const { settings } = sampleParts();
    const phases = [{ phase: 'launch', from: 0, to: 2_000_000 }, { phase: 'launch', from: 9_000_000 }];
    expect(rendered({ settings: { ...settings, phases } })).toContain('phases     launch 00:00:00–00:00:02 and launch 00:00:09–end\n');
    expect(rendered({ settings: { ...settings, phases }, inputs: [input(), input({ path: 'b' })] })).toContain('phases     launch\n');
  });

  it('gives the verdict in one line', () => {
    expect(flat(rendered())).toContain('BROKEN 3 of 12 claims are broken, 3 hold, 2 unproven, 4 not observable · 2 errors, 1 warning, 1 note · 1 accepted');
  });

  it.each<[string, Partial<ReportParts>]>([
    ['NOTHING BROKEN', { claims: [claim('C1', 'holds', 'a', 'b')], findings: [] }],
    ['BROKEN (ACCEPTED)', { claims: [claim('C1', 'broken', 'a', 'b', { accepted: true })], findings: [finding({ standing: 'accepted' })] }],
    ['BROKEN', { claims: [claim('C1', 'broken', 'a', 'b')], findings: [] }],
    ['NOTHING OBSERVED', { claims: [], findings: [], destinations: [], lookups: [], coverage: { ...sampleParts().coverage, connections: 0 } }],
  ])('opens the verdict with %s', (word, over) => {
    expect(rendered(over)).toMatch(new RegExp(`^${word.replaceAll(/[()]/g, '\\$&')}  `, 'm'));
  });

  it('calls a broken claim broken even with --fail-on never', () => {
    const page = render(buildReport(sampleParts(), { ...NO_WISH, failOn: 'never' }));
    expect(page).toMatch(/^BROKEN /m);
    expect(page).toContain('Exit 0: --fail-on never; 4 open findings did not count.');
  });

  it('answers seen, why, do, sure, more in this order for each finding', () => {
    const page = rendered({ findings: [finding()] });
    const labels = [...page.matchAll(/^ {4}(seen|why|do|sure|more) /gm)].map(([, label]) => label);
    expect(labels).toEqual(['seen', 'why', 'do', 'sure', 'more']);
    expect(flat(page)).toContain('frames 1042–1061 at 12:03:23.256 UTC; frames 2210–2244 at 12:03:36.455 UTC; and 1 more');
    expect(flat(page)).toContain('Breaks C12 and C13 (policies/multiclaw.yaml:118:5).');
    expect(page).toContain('more   egret explain telemetry-host');
  });

  it('says between why and do who is known to contact the host', () => {
    const page = rendered({ findings: [finding({ known: [HINT, { ...HINT, sender: 'Other' }] })] });
    expect([...page.matchAll(/^ {4}(seen|why|known|do|sure|more) /gm)].map(([, label]) => label)).toEqual(['seen', 'why', 'known', 'known', 'do', 'sure', 'more']);
    expect(flat(page)).toContain('consistent with Windows, clock: sets it. No proof: any program can contact the host. To stop it: a switch. (https://vendor.example/)');
  });

  it('lists every destination of the operating system below the table, folded by its part', () => {
    const page = rendered({ destinations: [destination(), os('a.example', 'Windows: clock'), os('b.example', 'Windows: clock'), os('c.example', 'Windows: updates; process svchost.exe', { confidence: 'high' })] });
    expect(page).toContain("Environment: 3 destinations taken for the operating system's own, 2 by name alone; none is hidden:");
    expect(page).toContain('  Windows: clock: a.example and b.example; 4 connections, up 20 B, down 40 B');
    expect(page).toContain('  Windows: updates; process svchost.exe: c.example; 2 connections, up 10 B, down 20 B');
  });

  it('lists names of the operating system that were only looked up', () => {
    const page = rendered({ lookups: [lookup(wireText('wpad'), { connected: false, verdict: { kind: 'environment', name: 'wpad' } })] });
    expect(page).toContain("Environment: only names taken for the operating system's own; none is hidden:");
    expect(page).toContain('  only looked up: wpad');
  });

  it('names the file of evidence when there are several', () => {
    const page = rendered({ inputs: [input(), input({ path: 'second.pcap' })], findings: [finding({ evidence: [evidence(7, 7, 1)], evidenceCount: 1 })] });
    expect(flat(page)).toContain('second.pcap frame 7 at');
    expect(flat(page)).toContain('No run sheets: each recording is assumed to hold only the app.');
  });

  it('says that an acceptance has expired', () => {
    expect(flat(rendered())).toContain('Its acceptance (test appliance) expired on 2026-02-28.');
  });

  it('lists accepted findings with their reason and counts the baseline', () => {
    const page = flat(rendered({ findings: [...sampleParts().findings, finding({ standing: 'baseline', fingerprint: 'zz' })] }));
    expect(page).toContain('undeclared-host redirector.gvt1.com:80/tcp: Chromium spell-check dictionary (until 2027-01-31, it-sec)');
    expect(page).toContain('1 finding in the baseline: telemetry-host');
  });

  it('tells 25 findings in full and shortens the rest', () => {
    const page = rendered({ findings: Array.from({ length: 90 }, (_, at) => finding({ subject: `host-${String(at).padStart(2, '0')}.example:443/tcp`, fingerprint: String(at) })) });
    expect(page.match(/^ {4}seen/gm)).toHaveLength(25);
    expect(page).toContain('65 more, shortened:');
    expect(page).toContain('… and 25 more (--format json lists all)');
  });

  it('groups claims, broken first, with their reasons', () => {
    const titles = [...rendered().matchAll(/^ {2}(broken|not observable|unproven|holds, within this recording)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(['broken', 'not observable', 'unproven', 'holds, within this recording']);
    expect(flat(rendered())).toContain('C22 After a drop it reconnects to the same hosts (accepted) one reconnect went to backup.multiclaw.io');
  });

  it('says a reason once that several claims share', () => {
    const claims = ['C1', 'C2', 'C3'].map((id) => claim(id, 'not-observable', `promise ${id}`, id === 'C2' ? 'not observable: other' : 'not observable (no rule): nobody knows'));
    expect(rendered({ claims })).toContain('    C1  promise C1\n    C3  promise C3\n        these 2: no rule: nobody knows\n    C2  promise C2\n        other\n');
    expect(rendered({ claims }, { columns: 160 })).toMatch(/C1 {2}promise C1 +no rule: nobody knows\n +C3 {2}promise C3 +as C1\n +C2 {2}promise C2 +other\n/);
  });

  it('says the confidence once', () => {
    expect(rendered({ findings: [finding({ sure: 'high: the name stands in the hello' })] })).toContain('sure   high: the name');
    expect(rendered({ findings: [finding({ sure: 'the name stands in the hello' })] })).toContain('sure   high: the name');
  });

  it('shows destinations as one row that differ only by what the page does not show', () => {
    const twice = [destination({ phases: ['launch'], count: 2, up: 1000, component: 'a' }), destination({ phases: ['task'], count: 3, up: 2000, component: 'b' })];
    expect(rendered({ destinations: twice })).toMatch(/^ {2}api\.multiclaw\.io .* 5 {2}3\.00 kB/m);
    expect(rendered({ destinations: twice }, { columns: 160 }).match(/^ {2}api\.multiclaw\.io .* sent/gm)).toHaveLength(2);
    expect(rendered({ destinations: [destination(), destination({ verdict: { kind: 'wrong-port' } })] }).match(/^ {2}api\.multiclaw\.io .* sent/gm)).toHaveLength(2);
  });

  it('says once what would settle several claims', () => {
    const page = flat(rendered());
    expect(page).toContain('condition-known It was not stated which features were on. Say so with --with a,b or --with none. (C05 and C06)');
  });

  it('tells the effect of a blocked entry in the vendor\'s words', () => {
    expect(flat(rendered())).toContain('Blocked: tcp refused. The gateway cannot sync configuration or receive task assignments. Core app functionality stops.');
  });

  it('cuts long host names at their start', () => {
    const page = rendered({ destinations: [destination({ name: wireText(`accounts.google.com.${'x'.repeat(80)}.evil.example`) })] });
    expect(page).toMatch(/…x+\.evil\.example/);
  });

  it('caps long tables and says so', () => {
    const page = rendered({ destinations: Array.from({ length: 352 }, (_, at) => destination({ name: wireText(`h${at}.example`) })) });
    expect(page).toContain('… and 312 more (--format json lists all)');
  });

  it('lists only lookups that were never connected', () => {
    const page = rendered({ destinations: [], lookups: [lookup(wireText('met.example')), lookup(wireText('unmet.example'), { connected: false })] });
    expect(page).toContain('unmet.example');
    expect(page).not.toMatch(/^ {2}met\.example/m);
  });

  it('never says that nothing was found without what was looked at', () => {
    const page = rendered({ findings: [], claims: [], blindSpots: [] });
    expect(flat(page)).toContain('Findings no open finding in 60 connections and 5 lookups; see at the end what was looked at');
    expect(page).toContain('Looked at  81,204 packets over 16 min: 60 connections to 8 destinations, 5 lookups of 3 names');
    expect(page).toContain('Could not see');
  });

  it('ends with blind spots, the exit code and its reason', () => {
    const lines = rendered().trimEnd().split('\n');
    expect(lines.at(-1)).toBe('Exit 1: 2 errors and 1 warning at or above --fail-on warning.');
    expect(lines.slice(-5).join('\n')).toContain('lowers names-complete');
  });

  it('says without a policy that nothing was judged, and how to judge', () => {
    const page = flat(render(withoutPolicy()));
    expect(page).toContain('NOT JUDGED 60 connections');
    expect(page).toContain('--policy FILE has them judged');
    expect(page).toContain('egret policy lint FILE');
    expect(page).toContain('sni, high');
    expect(page).not.toContain('undeclared');
    expect(page).toContain('telemetry (crash): Sentry by *.ingest.sentry.io');
  });

  it('says what a condition rests on that nobody knows', () => {
    expect(flat(rendered({ destinations: [destination({ verdict: { kind: 'declared', conditionUnknown: ['phase:launch'] } })] }))).toContain('declared if phase:launch held, which is unknown');
  });

  it('marks an entry without Unicode by its word alone', () => {
    expect(rendered({ entries: [entry('a', 1)] }, { unicode: false })).toMatch(/^ {2}a {6,}exercised/m);
  });
});
