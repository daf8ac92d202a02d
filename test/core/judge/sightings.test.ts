import { describe, expect, it } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { lookedUpOnly, sightings } from '../../../src/core/judge/sightings.ts';
import { aboutSighting, seenSighting } from '../../../src/core/judge/tell.ts';
import { buildRun } from '../../build/judged-run.ts';

describe('a sighting', () => {
  it('adds up counts, bytes, times, phases and addresses of what it folds', () => {
    const run = buildRun({
      destinations: [
        { name: 'a.example', verdict: 'undeclared', up: 10, down: 1, count: 2, at: 5, until: 8, phases: ['idle'], confidence: 'low', reached: 'attempted' },
        { name: 'a.example', verdict: 'undeclared', up: 20, down: 2, count: 3, at: 2, until: 3, phases: ['task', 'idle'], confidence: 'medium', reached: 'established', addresses: ['203.0.113.9'] },
      ],
    });
    const [sighting, ...rest] = sightings(run, () => true);
    expect(rest).toEqual([]);
    expect(sighting).toMatchObject({ count: 5, up: 30, down: 3, phases: ['idle', 'task'], addresses: ['203.0.113.7', '203.0.113.9'], confidence: 'medium', reached: 'established' });
    expect((sighting?.last ?? 0) - (sighting?.first ?? 0)).toBe(6_000_000);
  });

  it.each([
    [['unknown', 'tls'], '(tls, '],
    [['tls', 'http', 'unknown'], '(http, tls, '],
    [['unknown', 'unknown'], '(unknown, '],
  ])('is told with the protocols %j as %s', (protocols, expected) => {
    const run = buildRun({ destinations: protocols.map((protocol, at) => ({ name: 'a.example', verdict: 'undeclared', protocol: wireText(protocol), addresses: [`203.0.113.${at}`] })) });
    const [sighting] = sightings(run, () => true);
    expect(sighting === undefined ? '' : seenSighting(run, sighting)).toContain(expected);
  });

  it('holds media peers of one kind whatever ports they chose, and says no port where there are several', () => {
    const peer = { verdict: 'undeclared', reason: 'unexpected-peer', protocol: 'dtls', ice: { checks: 4, answered: 4 }, component: 'desktop' } as const;
    const [both, ...rest] = sightings(buildRun({ destinations: [{ ...peer, port: '50123/udp' }, { ...peer, port: '61999/udp' }] }), () => true);
    expect(rest).toEqual([]);
    expect(both === undefined ? '' : aboutSighting(both).subject).toBe('203.0.113.7/udp');
    const [two] = sightings(buildRun({ destinations: [{ ...peer, port: '50123/udp' }, { ...peer, port: '61999/udp', addresses: ['203.0.113.8'] }] }), () => true);
    expect(two === undefined ? '' : aboutSighting(two).subject).toBe('2 public addresses udp');
  });

  it('keeps the ports of servers without a name apart', () => {
    const server = { verdict: 'cannot-judge', reason: 'unnamed', protocol: 'quic' } as const;
    expect(sightings(buildRun({ destinations: [{ ...server, port: '443/udp' }, { ...server, port: '8443/udp' }] }), () => true)).toHaveLength(2);
  });

  it('leaves names that were only looked up to their lookups', () => {
    const run = buildRun({ destinations: [{ name: 'a.example', verdict: 'undeclared', reached: 'looked-up' }], lookups: [{ name: 'a.example', verdict: 'undeclared' }] });
    expect(sightings(run, () => true)).toEqual([]);
    expect(lookedUpOnly(run, () => true)).toHaveLength(1);
  });

  it('is not made of a lookup whose name a connection bears', () => {
    const run = buildRun({ lookups: [{ name: 'a.example', verdict: 'undeclared', connected: true }] });
    expect(lookedUpOnly(run, () => true)).toEqual([]);
  });
});
