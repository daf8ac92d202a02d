import { describe, expect, it } from 'vitest';
import { carrierOf } from '../../../src/core/judge/coalescing.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

type Sketch = NonNullable<RunSketch['destinations']>[number];

const carrier: Sketch = { name: 'api.example', verdict: 'declared', alpn: ['h2'], at: 0, until: 30, component: 'desktop' };

describe('a connection that could carry another name', () => {
  it.each<[string, Partial<Sketch>, boolean]>([
    ['offers h2', {}, true],
    ['offers a draft of h3', { alpn: ['h3-29'] }, true],
    ['is QUIC, whatever its hello shows', { protocol: 'quic', alpn: [] }, true],
    ['has an unknown component, which may be the one that asked', { component: undefined }, true],
    ['speaks HTTP/1.1 only', { alpn: ['http/1.1'] }, false],
    ['offers something that only begins like h2', { alpn: ['h2c-fake2', 'h20'] }, false],
    ['ended before the lookup', { until: 4 }, false],
    ['was never established', { reached: 'attempted' }, false],
    ['goes to an address that was not answered', { addresses: ['203.0.113.200'] }, false],
    ['belongs to another component', { component: 'gateway' }, false],
    ['belongs to another scope', { scope: 1 }, false],
  ])('%s', (_, change, carries) => {
    const run = buildRun({ destinations: [{ ...carrier, ...change }], lookups: [{ name: 'us.i.posthog.com', verdict: 'undeclared', at: 5, component: 'desktop' }] });
    const [lookup] = run.lookups;
    expect(lookup !== undefined && carrierOf(run, lookup) !== undefined).toBe(carries);
  });
});
