import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import type { EntryStanding } from '../../../../src/core/judge/context.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import { junit } from '../../../../src/core/report/formats/junit.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { golden } from '../../../build/golden.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { hostileReport } from '../../../build/hostile-report.ts';
import { claim, entry, finding, NO_WISH, sampleParts } from '../../../build/sample-report.ts';
import { readXml, type XmlElement } from '../../../build/xml.ts';

function render(over: Partial<ReportParts> = {}): string {
  return [...junit.render(buildReport(sampleParts(over), NO_WISH), PLAIN_LOOK)].join('');
}

function suite(page: string, name: string): XmlElement {
  const found = readXml(page).children.find(({ attributes }) => attributes['name'] === name);
  if (found === undefined) throw new Error(`no suite ${name}`);
  return found;
}

const casesOf = ({ children }: XmlElement): readonly XmlElement[] => children.filter(({ name }) => name === 'testcase');
const child = (one: XmlElement | undefined, name: string): XmlElement | undefined => one?.children.find((inner) => inner.name === name);

/** `passed`, `skipped` or `failed`, and the words that stand with it. */
function resultOf(one: XmlElement | undefined): readonly [string, string] {
  const failure = child(one, 'failure');
  const skipped = child(one, 'skipped');
  if (failure !== undefined) return ['failed', `${failure.attributes['message'] ?? ''}\n${failure.text}`];
  return skipped === undefined ? ['passed', child(one, 'system-out')?.text ?? ''] : ['skipped', skipped.attributes['message'] ?? ''];
}

const entryCase = (over: Partial<EntryStanding>, findings = [] as ReportParts['findings']): readonly [string, string] =>
  resultOf(casesOf(suite(render({ entries: [entry('ws', 7, over)], findings }), 'entries'))[0]);

describe('the JUnit report', () => {
  it('is the golden file for the sample report', () => expect(render()).toBe(golden('fixtures/reports/sample.junit.xml', render())));

  it.each<[string, Partial<EntryStanding>, string, string]>([
    ['passes an entry that was exercised', {}, 'passed', ''],
    ['passes a flaky entry and says how flaky', { standing: 'flaky', connections: 9, established: 7 }, 'passed', '2 of 9 connections did not come up.'],
    ['says where the tries of a flaky entry ended', { standing: 'flaky', connections: 1200, established: 1199, layer: 'tcp refused' }, 'passed', '1 of 1,200 connections did not come up (tcp refused).'],
    ['skips an entry that was never seen', { standing: 'unproven' }, 'skipped', 'unproven: the recording holds no connection'],
    ['fails a required entry that is blocked', { standing: 'blocked', required: true, layer: 'tcp refused', effect: 'Nothing works.' }, 'failed', 'Blocked: tcp refused. Nothing works.'],
    ['skips any other blocked entry with its effect', { standing: 'blocked', layer: 'dns NXDOMAIN', effect: 'No updates.' }, 'skipped', 'Blocked: dns NXDOMAIN. No updates.'],
    ['fails an entry that is missing', { standing: 'missing', required: true }, 'failed', 'missing: The policy says it is required, and nothing tried it.'],
  ])('%s', (_, over, result, words) => {
    const [got, said] = entryCase(over);
    expect(got).toBe(result);
    expect(said).toContain(words);
  });

  it('tells the finding of a blocked entry in its case, with what to do', () => {
    const [, said] = entryCase({ standing: 'blocked', required: true }, [finding({ rule: 'blocked-required', subject: 'ws', do: 'Open the firewall.' })]);
    expect(said).toContain('error blocked-required ws');
    expect(said).toContain('  do    Open the firewall.');
  });

  it('skips a missing entry whose finding was accepted, with who accepted it and why', () => {
    const accepted = finding({ rule: 'required-not-seen', subject: 'ws', standing: 'accepted', acceptance: { reason: 'not in this build', until: '2027-01-31', owner: 'qa' } });
    expect(entryCase({ standing: 'missing', required: true }, [accepted])).toEqual(['skipped', 'missing: The policy says it is required, and nothing tried it. (accepted until 2027-01-31 by qa: not in this build)']);
  });

  it.each([
    ['C15', 'passed', 'no application protocol in clear off loopback'],
    ['C13', 'failed', 'error telemetry-host o447951.ingest.sentry.io:443/tcp (desktop)\n  seen  The desktop component opened 3 connections'],
    ['C04', 'skipped', 'unproven: no connection to turn.multiclaw.io was seen'],
    ['C03', 'skipped', 'not observable: phases are unknown'],
    ['C22', 'passed', 'Accepted, so it passes here; the claim stays broken.'],
  ])('gives claim %s as %s', (id, result, words) => {
    const [got, said] = resultOf(casesOf(suite(render(), 'claims')).find(({ attributes }) => attributes['name']?.startsWith(`${id}: `) === true));
    expect(got).toBe(result);
    expect(said).toContain(words);
  });

  it('says what would settle a claim that is not observable', () => {
    const one = casesOf(suite(render(), 'claims')).find(({ attributes }) => attributes['name']?.startsWith('C05: ') === true);
    expect(child(one, 'system-out')?.text).toBe('needs condition-known; it was not stated which features were on; say so with --with a,b or --with none');
  });

  it('points at the line of the policy', () => {
    expect(casesOf(suite(render(), 'entries'))[1]?.attributes).toMatchObject({ classname: 'egret.entries', file: 'policies/multiclaw.yaml', line: '31' });
  });

  it('is never greener than the exit code, also where no claim speaks of what was found', () => {
    const page = render({ claims: [], entries: [], findings: [finding({ rule: 'undeclared-host', claims: [] })] });
    expect(readXml(page).attributes).toMatchObject({ tests: '1', failures: '1' });
    expect(resultOf(casesOf(suite(page, 'audit'))[0])[1]).toContain('Exit 1: 1 error at or above --fail-on warning\nerror undeclared-host');
  });

  it('fails for too little evidence', () => {
    const page = render({ claims: [], entries: [], findings: [], lookups: [], destinations: [], coverage: { ...sampleParts().coverage, connections: 0 } });
    expect(resultOf(casesOf(suite(page, 'audit'))[0])[1]).toContain('Exit 2: nothing was observed');
  });

  it('says what was looked at and what could not be seen when all passes', () => {
    const page = render({ claims: [claim('C1', 'holds', 'a', 'b')], entries: [], findings: [] });
    expect(readXml(page).attributes['failures']).toBe('0');
    expect(child(casesOf(suite(page, 'audit'))[0], 'system-out')?.text).toMatch(/^Looked at {2}81,204 packets[\s\S]+Could not see {2}2 blind spots[\s\S]+frames were captured in part/);
  });

  it('tells at most 25 findings a case and counts the rest', () => {
    const many = Array.from({ length: 400 }, (_, at) => finding({ fingerprint: `p${at}`, subject: `h${at}.example:443/tcp` }));
    const page = render({ findings: many, entries: [], claims: [claim('C12', 'broken', 'complete', 'no', { findings: many.map(({ fingerprint }) => fingerprint) })] });
    const [, said] = resultOf(casesOf(suite(page, 'claims'))[0]);
    expect(said.match(/^error telemetry-host/gm)).toHaveLength(25);
    expect(said).toContain('and 375 findings more (--format json lists all)');
  });

  it('gives equal bytes whatever the page looks like', () => {
    const report = buildReport(sampleParts(), NO_WISH);
    expect([...junit.render(report, { columns: 40, unicode: false, style: (_, text) => `*${text}*` })].join('')).toBe(render());
  });
});

describe.each(Object.entries(HOSTILE_NAMES))('the JUnit report with %s', (_, name) => {
  const page = [...junit.render(hostileReport(name), PLAIN_LOOK)].join('');
  const root = readXml(page);

  it('has only the elements and attributes that build servers know, without a clock', () => {
    expect(misplaced(root)).toEqual([]);
    expect(page.match(/ time="(?!0")/)).toBeNull();
  });

  it('counts what it holds', () => {
    expect(root.attributes).toMatchObject({ tests: '5', failures: '3', skipped: '2', errors: '0' });
    for (const one of root.children) {
      const cases = casesOf(one);
      const having = (inner: string): number => cases.filter((found) => child(found, inner) !== undefined).length;
      expect(one.attributes).toMatchObject({ tests: `${cases.length}`, failures: `${having('failure')}`, skipped: `${having('skipped')}` });
    }
  });
});

it('shows the characters that XML forbids instead of dropping them', () => {
  const page = [...junit.render(hostileReport(wireText('a\u0001\ufffe\uffffb]]>\ud800<&"\'.example')), PLAIN_LOOK)].join('');
  expect(page).toContain('name="a\\x01\\u{fffe}\\u{ffff}b]]&gt;\\u{d800}&lt;&amp;&quot;&apos;.example: ');
});

describe('the XML reader of these tests refuses', () => {
  it.each([
    ['a control', '<a>\u0001</a>', 'the character U+1'],
    ['a lone surrogate', '<a b="\ud800"/>', 'the character U+d800'],
    ['a noncharacter', '<a>\uffff</a>', 'the character U+ffff'],
    ['an end tag of another element', '<a><b></a></b>', 'does not close b'],
    ['an element that stays open', '<a>', 'no a start tag'],
    ['a second root', '<a/><b/>', 'behind the root'],
    ['an attribute twice', '<a b="1" b="2"/>', 'attribute b twice'],
    ['a quote in an attribute', '<a b="1"2"/>', 'no the end of a start tag'],
    ['a less-than sign in an attribute', '<a b="<"/>', 'no the closing quote'],
    ['a line feed in an attribute', '<a b="1\n2"/>', 'white space that a parser would change'],
    ['a bare ampersand', '<a>a & b</a>', 'the entity'],
    ['an entity without its end', '<a>&amp</a>', 'the entity &amp'],
    ['an unknown entity', '<a>&nbsp;</a>', 'the entity &nbsp;'],
    ['the end of a CDATA section', '<a>]]></a>', ']]> in text'],
    ['a comment', '<a><!-- --></a>', 'no a start tag'],
  ])('%s', (_, body, why) => {
    expect(() => readXml(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`)).toThrow(why);
  });

  it('a document without its declaration', () => expect(() => readXml('<a/>')).toThrow('the XML declaration'));
});

/** What the common schema does not allow at its place, in the order of the document. */
function misplaced(root: XmlElement, inside = ''): string[] {
  const rule = SCHEMA[root.name];
  if (rule === undefined || !rule.inside.includes(inside)) return [`${inside}/${root.name}`];
  const order = root.children.map(({ name }) => rule.order.indexOf(name));
  return [
    ...Object.keys(root.attributes).filter((name) => !rule.attributes.includes(name)).map((name) => `${root.name}@${name}`),
    ...(order.some((place, at) => place < (order[at - 1] ?? 0)) ? [`order in ${root.name}`] : []),
    ...root.children.flatMap((inner) => misplaced(inner, root.name)),
  ];
}

/** The elements that Jenkins, GitLab and Azure read; `order` as in the Ant schema. */
const SCHEMA: Readonly<Record<string, { readonly inside: readonly string[]; readonly attributes: readonly string[]; readonly order: readonly string[] }>> = {
  testsuites: { inside: [''], attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'], order: ['testsuite'] },
  testsuite: { inside: ['testsuites'], attributes: ['name', 'tests', 'failures', 'errors', 'skipped', 'time'], order: ['properties', 'testcase'] },
  properties: { inside: ['testsuite'], attributes: [], order: ['property'] },
  property: { inside: ['properties'], attributes: ['name', 'value'], order: [] },
  testcase: { inside: ['testsuite'], attributes: ['classname', 'name', 'file', 'line', 'time'], order: ['skipped', 'failure', 'system-out'] },
  failure: { inside: ['testcase'], attributes: ['type', 'message'], order: [] },
  skipped: { inside: ['testcase'], attributes: ['message'], order: [] },
  'system-out': { inside: ['testcase'], attributes: [], order: [] },
};
