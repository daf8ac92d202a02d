import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import { markdown } from '../../../../src/core/report/formats/markdown.ts';
import { code, sentence } from '../../../../src/core/report/formats/markdown/escape.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import type { Report } from '../../../../src/core/report/report.ts';
import { golden } from '../../../build/golden.ts';
import { HOSTILE_NAMES } from '../../../build/hostile-names.ts';
import { hostileReport } from '../../../build/hostile-report.ts';
import { claim, destination, finding, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

const page = (report: Report): string => [...markdown.render(report, PLAIN_LOOK)].join('');
const render = (over: Partial<ReportParts> = {}): string => page(buildReport(sampleParts(over), NO_WISH));

/** What GitHub would read as more than text: the page without its code spans (GFM §6.3: a run of backticks up to the next run as long). */
function outsideSpans(text: string): string {
  return text.replaceAll(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, '');
}

describe('the Markdown page', () => {
  it('is the golden file for the sample report', () => expect(render()).toBe(golden('fixtures/reports/sample.md', render())));

  it('begins with the verdict and ends with what could not be seen', () => {
    const lines = render().split('\n');
    expect(lines.slice(0, 5)).toEqual(['## egret: BROKEN', '', '**3 of 12 claims are broken, 3 hold, 2 unproven, 4 not observable · 2 errors, 1 warning, 1 note · 1 accepted**', '', 'Exit 1: 2 errors and 1 warning at or above --fail-on warning.']);
    expect(lines.filter((line) => line.startsWith('### '))).toEqual(['### Findings', '### Claims', '### Entries', '### Destinations', '### Looked at', '### Could not see']);
    expect(lines.at(-2)).toBe('- 2 × flows with bytes missing before they were understood (lowers names-complete)');
  });

  it('says over what it found nothing', () => {
    expect(render({ findings: [] })).toContain('No open finding in 60 connections and 5 lookups; what was looked at stands below.');
  });

  it('folds the claims that are not broken, and none of those that are', () => {
    const [before = '', folded = '', after = ''] = render().split(/<details><summary>The other 9 claims<\/summary>\n\n|\n<\/details>\n/);
    expect([before.match(/^\| \*\*broken\*\*/gm)?.length, folded.match(/^\| (?:not observable|unproven|holds) \|/gm)?.length, /^\| (?:holds|unproven) \|/m.test(after)]).toEqual([3, 9, false]);
    expect(render({ claims: [claim('C1', 'holds', 'A promise', 'r')] })).toContain('<details><summary>All 1 claim</summary>\n\n| verdict |');
    expect(render({ claims: [claim('C1', 'broken', 'A promise', 'r')] })).not.toContain('<details>');
  });

  it('says that nothing was judged without a policy', () => {
    const { policy: _, ...parts } = sampleParts({ claims: [], entries: [], findings: [] });
    const text = page(buildReport(parts, NO_WISH));
    expect(text).toContain('## egret: NOT JUDGED');
    expect(text).toContain('facts only: without a policy nothing was judged');
    expect(text).not.toContain('### Findings');
  });

  it('lists what was accepted, by whom, until when and why', () => {
    expect(render()).toContain('| error | undeclared-host | `redirector.gvt1.com:80/tcp` | accepted | 2027-01-31 (it-sec) | Chromium spell-check dictionary |');
  });

  it('says that an acceptance has expired', () => expect(render()).toContain('| Its acceptance expired on 2026-02-28. A hello without a server name'));

  it('cuts its tables and says how many rows are missing', () => {
    const text = render({
      destinations: Array.from({ length: 500 }, (_, at) => destination({ name: wireText(`h${at}.example`) })),
      findings: Array.from({ length: 60 }, (_, at) => finding({ subject: `h${at}.example:443/tcp` })),
    });
    expect(text.match(/^\| declared \|/gm)).toHaveLength(40);
    expect(text.match(/^\| error \| telemetry-host/gm)).toHaveLength(40);
    expect(text.match(/^… and (?:460|20) more \(`--format json` lists all\)$/gm)).toHaveLength(2);
  });

  it('stays below the 1 MiB of a job summary, whatever strangers and policies say', () => {
    for (const text of ['界'.repeat(5000), '`'.repeat(5000), '界 '.repeat(2500), '* '.repeat(2500), '|'.repeat(5000)]) {
      expect(Buffer.byteLength(page(hostileReport(wireText(text), 150)))).toBeLessThan(2 ** 20);
    }
  });
});

describe('a sentence', () => {
  it.each([
    ['plain words', 'opened 3 connections (2.5 s) at 12:03:11.482 UTC', 'opened 3 connections (2.5 s) at 12:03:11.482 UTC'],
    ['a host', 'to api.multiclaw.io:443/tcp, twice', 'to api.multiclaw.io:443/tcp, twice'],
    ['a wildcard and its comma', 'allow (*.pusher.com), now', 'allow (`*.pusher.com`), now'],
    ['what egret set between backticks', 'write (`required: false`) on it', 'write (`required: false`) on it'],
    ['a mention', 'ask @octocat', 'ask `@octocat`'],
    ['a mail address', 'a@b.example.', '`a@b.example`.'],
    ['an address with a scheme', 'https://evil.example/', '`https://evil.example/`'],
    ['an address without a scheme', 'WWW.evil.example', '`WWW.evil.example`'],
    ['an issue number', 'see #1 and o/r#2', 'see `#1` and `o/r#2`'],
    ['an image', '![x](https://evil.example/p.png)', '`![x](https://evil.example/p.png`)'],
    ['HTML', '<img src=x onerror=alert(1)>', '`<img` src=x `onerror=alert(1)>`'],
    ['an entity', '&lt;b&gt;', '`&lt;b&gt`;'],
    ['a cell border', 'a|b', '`a\\x7cb`'],
    ['a backtick', 'a`b', '`a\\x60b`'],
    ['a span that would hide a border', '`a|b`', '`\\x60a\\x7cb\\x60`'],
    ['an escape', 'a\\|b', '`a\\\\x7cb`'],
    ['an emoji code', ':tada:', '`:tada`:'],
    ['a workflow command', '::error::x', '`\\x3a:error::x`'],
    ['colons alone', '::', '`::`'],
    ['a line feed', 'a\n# b', '`a\\x0a#` b'],
    ['math', '$x$', '`$x$`'],
  ])('shows %s and does nothing', (_, text, expected) => expect(sentence(text)).toBe(expected));

  it('is cut between words', () => expect(sentence('aaaa bbbb cccc', 12)).toBe('aaaa bbbb …'));
});

describe('a name', () => {
  it.each([
    ['nothing', '', '(empty)'],
    ['a host', 'api.multiclaw.io', '`api.multiclaw.io`'],
    ['spaces', 'a  b', '`a  b`'],
    ['backticks', '``a``', '`\\x60\\x60a\\x60\\x60`'],
  ])('shows %s as one code span', (_, name, expected) => expect(code(name)).toBe(expected));

  it('is cut at its start, never at its end', () => {
    const shownName = code(`${'a'.repeat(300)}.evil.example`);
    expect(shownName).toMatch(/^`…a+\.evil\.example`$/);
    expect(shownName).toHaveLength(82);
  });
});

describe.each(Object.entries(HOSTILE_NAMES))('the Markdown page with %s', (_, name) => {
  const text = page(hostileReport(name));
  const lines = text.split('\n');

  it('keeps every row of a table as wide as its head', () => {
    const blocks = text.split(/\n\n+/).filter((block) => block.startsWith('| '));
    expect(blocks.length).toBeGreaterThanOrEqual(4);
    for (const block of blocks) expect(new Set(block.trimEnd().split('\n').map((line) => line.split('|').length)).size).toBe(1);
  });

  it('has only the headings and the markup of egret', () => {
    expect(lines.filter((line) => line.startsWith('#'))).toEqual(['## egret: BROKEN', '### Findings', '### Claims', '### Entries', '### TLS inspection', '### Destinations', '### Looked at', '### Could not see']);
    // The fold around claims is egret's own; nothing else of the kind may stand there.
    const own = /^<details><summary>(?:The other|All) [\d,]+ claims?<\/summary>$|^<\/details>$/gm;
    expect(text.match(own)).toHaveLength(2);
    expect(outsideSpans(text.replaceAll(own, ''))).not.toMatch(/[<>&[\]_~@$\\`]|:\/\/|www\.|::/);
    expect(outsideSpans(text).replaceAll(/^\*\*.*\*\*$|\*\*broken\*\*/gm, '')).not.toContain('*');
  });
});
