import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/core/judge/finding.ts';
import { judgeFindings } from '../../../src/core/judge/findings.ts';
import { hintBrief, hintWords } from '../../../src/core/judge/hints.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

function findingsOf(sketch: RunSketch): readonly Finding[] {
  return judgeFindings(buildRun(sketch));
}

const DICTIONARY = { name: 'redirector.gvt1.com', verdict: 'undeclared' as const };

describe('a hint', () => {
  it('stands beside an undeclared host and changes neither severity nor claim', () => {
    const policy = { claims: [{ id: 'C12', check: 'complete-list' }] };
    const [known] = findingsOf({ policy, destinations: [DICTIONARY] });
    const [unknown] = findingsOf({ policy, destinations: [{ ...DICTIONARY, name: 'redirector.other.example' }] });
    expect(known?.known?.[0]).toMatchObject({ sender: 'Electron and Chromium', what: 'spell-check dictionaries', stop: expect.stringContaining('setSpellCheckerDictionaryDownloadURL'), source: expect.stringMatching(/^https:/) });
    expect(unknown?.known).toBeUndefined();
    expect([known?.severity, known?.claims, known?.standing]).toEqual([unknown?.severity, unknown?.claims, unknown?.standing]);
  });

  it('stands beside telemetry and denied hosts too', () => {
    const found = findingsOf({
      policy: { mustNot: [{ hosts: ['github.com'] }] },
      destinations: [{ name: 'telemetry.nextjs.org', verdict: 'undeclared', telemetry: 'telemetry.nextjs.org' }, { name: 'github.com', verdict: 'forbidden' }],
    });
    expect(found.map(({ rule, known }) => [rule, known?.[0]?.stop.slice(0, 25)])).toEqual([['telemetry-host', 'NEXT_TELEMETRY_DISABLED=1'], ['forbidden-host', 'another `publish` provider']].map(([rule, stop]) => [rule, stop?.slice(0, 25)]));
  });

  it('is left out on the port of DNS over TLS, where no browser asks', () => {
    const found = ['443/tcp', '853/tcp'].map((port) => findingsOf({ destinations: [{ name: 'dns.google', verdict: 'undeclared', port }] }));
    expect(found.map((findings) => findings.flatMap(({ known }) => known ?? []).length)).toEqual([1, 0]);
  });

  it('stands beside a name that was only looked up', () => {
    const [found] = findingsOf({ lookups: [{ name: 'wpad.corp.example', verdict: 'undeclared', rcode: 'NXDOMAIN' }] });
    expect(found?.known?.map(({ what }) => what)).toEqual(['web proxy auto-discovery']);
  });

  it('is left out where the platform of the recording is another', () => {
    expect(findingsOf({ scopes: [{ platform: 'macos' }], destinations: [DICTIONARY] })[0]?.known).toBeUndefined();
    expect(findingsOf({ scopes: [{ platform: 'macos' }, { platform: 'linux' }], destinations: [DICTIONARY] })[0]?.known).toHaveLength(1);
    expect(findingsOf({ scopes: [{ platform: 'macos' }, {}], destinations: [DICTIONARY] })[0]?.known).toHaveLength(1);
  });

  it('says of each sender what is most specific only', () => {
    const [found] = findingsOf({ destinations: [{ name: 'ctldl.windowsupdate.com', verdict: 'undeclared' }] });
    expect(found?.known?.map(({ what }) => what)).toEqual(['automatic root certificates update']);
  });

  it('is left out of findings that are not about a host', () => {
    const found = findingsOf({ policy: { entries: [{ id: 'cdn', hosts: ['github.com'], ports: ['443/tcp'] }] }, destinations: [{ name: 'github.com', verdict: 'wrong-port', entry: 'cdn', port: '80/tcp' }] });
    expect(found.map(({ rule, known }) => [rule, known])).toContainEqual(['wrong-port', undefined]);
  });

  it('says what it is consistent with, that it is no proof, and how to stop it', () => {
    const [hint] = findingsOf({ destinations: [DICTIONARY] })[0]?.known ?? [];
    const words = hint === undefined ? '' : hintWords(hint);
    expect(words).toMatch(/^consistent with Electron and Chromium, spell-check dictionaries: .*No proof: any program can contact the host\. To stop it: .*https:\/\/www\.electronjs\.org/);
    expect(hintBrief(hint === undefined ? undefined : [hint])).toBe(' Consistent with Electron and Chromium, spell-check dictionaries.');
    expect(hintBrief(undefined)).toBe('');
  });
});
