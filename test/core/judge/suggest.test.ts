import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sightings, type Sighting } from '../../../src/core/judge/sightings.ts';
import { acceptLine, entryLine } from '../../../src/core/judge/suggest.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

describe('a line to paste', () => {
  it('declares a named host as YAML that says what was seen', () => {
    expect(parse(entryLine(seen({ name: 'cdn.a.example', verdict: 'undeclared', component: 'desktop' })) ?? '')).toEqual([
      { id: 'cdn-a-example', name: 'cdn.a.example', host: 'cdn.a.example', port: '443/tcp', protocol: 'https', component: 'desktop' },
    ]);
  });

  it('declares a nameless address as text, never as a number', () => {
    expect(parse(entryLine(seen({ verdict: 'undeclared', addresses: ['2001:db8::1'], port: '3478/udp', protocol: 'stun' })) ?? '')).toEqual([
      { id: '2001-db8-1', name: '2001:db8::1', ip: '2001:db8::1', port: '3478/udp', protocol: 'stun' },
    ]);
  });

  it('says any for a protocol that the policy language has no word for', () => {
    expect(entryLine(seen({ name: 'a.example', verdict: 'undeclared', protocol: 'unknown' }))).toContain('protocol: any');
  });

  it('says tls for what is not HTTP inside', () => {
    expect(entryLine(seen({ name: 'a.example', verdict: 'undeclared', port: '853/tcp' }))).toContain('protocol: tls');
    expect(entryLine(seen({ name: 'smtp.example', verdict: 'undeclared', port: '587/tcp' }))).toContain('protocol: tls');
    expect(entryLine(seen({ name: 'a.example', verdict: 'undeclared', alpn: ['imap'] }))).toContain('protocol: tls');
    expect(entryLine(seen({ name: 'a.example', verdict: 'undeclared', port: '8443/tcp', alpn: ['h2', 'http/1.1'] }))).toContain('protocol: https');
  });

  it.each([
    ['a name with a control character', 'a\u001b[2J.example'],
    ['a name with a quote that would end the text', 'a", host: "b.example'],
    ['a name in upper case', 'A.example'],
    ['an empty label', 'a..example'],
  ])('is refused for %s', (_, name) => {
    expect(entryLine(seen({ name, verdict: 'undeclared' }))).toBeUndefined();
  });

  it('is refused for several nameless addresses', () => {
    expect(entryLine(seen({ verdict: 'undeclared', addresses: ['203.0.113.7', '203.0.113.8'] }))).toBeUndefined();
  });

  it('accepts for ninety days after the last packet', () => {
    const [line] = parse(acceptLine(buildRun(), 'undeclared-host', { host: 'a.example' }), { schema: 'failsafe' });
    expect(line).toMatchObject({ rule: 'undeclared-host', host: 'a.example', until: '2026-07-30' });
  });

  it('leaves the day open for a recording without packets', () => {
    expect(acceptLine(buildRun({ scopes: [] }), 'blocked-required', { entry: 'api' })).toContain('entry: api, reason: "why this is tolerable", until: YYYY-MM-DD');
  });
});

function seen(destination: NonNullable<RunSketch['destinations']>[number]): Sighting {
  const [sighting] = sightings(buildRun({ destinations: [destination] }), () => true);
  if (sighting === undefined) throw new Error('nothing was seen');
  return sighting;
}
