/** Signals of inspection beside chains, what they weigh, and that none of them proves anything. */
import { describe, expect, it } from 'vitest';
import { interceptions } from '../../../src/core/judge/interception.ts';
import { buildRun } from '../../build/judged-run.ts';
import type { RunSketch } from '../../build/run-sketch.ts';

type Sketch = NonNullable<RunSketch['destinations']>[number];

const api: Sketch = { name: 'api.example', verdict: 'undeclared', version: 'TLS1.2', offered: ['TLS1.3', 'TLS1.2'] };
const newer: Sketch = { ...api, version: 'TLS1.3' };
const udp: Sketch = { name: 'api.example', verdict: 'undeclared', port: '443/udp', protocol: 'unknown', outcome: 'sent-only', reached: 'attempted', up: 1200, at: 1 };
const later: Sketch = { ...newer, at: 2 };
const publicKey: Sketch['chain'] = [{ cn: 'a', by: { cn: 'R' } }, { cn: 'R', by: { cn: 'Old', o: 'Old' }, key: '0b9fa5a59eed715c26c1020c711b4f6ec42d58b0015e14337a39dad301c5afc3' }];
const unknown: Sketch['chain'] = [{ cn: 'a', by: { cn: 'Nobody knows' } }];
const publicName: Sketch['chain'] = [{ cn: 'a', by: { cn: 'ISRG Root X1', o: 'Internet Security Research Group' } }];

describe('a host', () => {
  it.each<[string, readonly Sketch[], string, readonly string[]]>([
    ['whose servers chose an older version with the downgrade mark is likely inspected', [{ ...api, handshakes: { downgraded: 2 } }], 'likely', ['strong tls.downgrade-mark', 'weak tls.version-drop']],
    ['whose certificate the client refused in clear is possibly inspected', [{ ...api, offered: [], handshakes: { certificateAlerts: 1 } }], 'possible', ['medium client.rejects-certificate']],
    ['whose client gave up right after the server\'s flight is possibly inspected', [{ ...newer, handshakes: { hiddenAlerts: 3 } }], 'possible', ['medium client.closes-after-server']],
    ['that chose h2 at one address and then did not is possibly inspected', [{ ...api, offered: [], handshakes: { h2Chosen: 1, h2Dropped: 2 } }], 'possible', ['medium tls.alpn-drop']],
    ['that chose TLS 1.3 at one address and then did not is possibly inspected', [api, newer], 'possible', ['medium tls.version-drop']],
    ['whose certificate bears the name of a public root and came without timestamps is possibly inspected', [{ ...api, chain: publicName, handshakes: { withoutSct: 1 } }], 'possible', ['medium cert.no-sct']],
    ['whose issuer is unknown gets missing timestamps listed', [{ ...api, offered: [], chain: unknown, handshakes: { withoutSct: 2 } }], 'possible', ['medium cert.unknown-issuer', 'medium cert.no-sct']],
    ['whose issuer is unknown stays possibly inspected with timestamps, which nobody verified', [{ ...api, offered: [], chain: unknown, handshakes: { withSct: 1 } }], 'possible', ['medium cert.unknown-issuer']],
    ['whose QUIC nobody answered gets it listed beside what is heavier', [udp, { ...later, handshakes: { hiddenAlerts: 1 } }], 'possible', ['medium client.closes-after-server', 'weak quic.blocked']],
    ['that first got an encrypted hello gets it listed beside what is heavier', [{ ...newer, name: 'outer.example', ech: 'outer', reached: 'established' }, { ...later, handshakes: { hiddenAlerts: 1 } }], 'possible', ['medium client.closes-after-server', 'weak ech.retry']],
  ])('%s', (_, destinations, verdict, signals) => {
    const found = host(destinations);
    expect([found?.verdict, found?.signals.map(({ weight, id }) => `${weight} ${id}`)]).toEqual([verdict, signals]);
  });

  it.each<[string, readonly Sketch[]]>([
    ['that never chose h2 may simply not speak it', [{ ...api, offered: [], handshakes: { h2Dropped: 2 } }]],
    ['with several addresses may have servers that differ in ALPN', [{ ...api, offered: [], addresses: ['203.0.113.7', '203.0.113.8'], handshakes: { h2Chosen: 1, h2Dropped: 1 } }]],
    ['with several addresses may have servers that differ in version', [api, { ...newer, addresses: ['203.0.113.8'] }]],
    ['below what the policy prefers may simply be older', [api]],
    ['whose QUIC nobody answered may be behind a firewall', [udp, later]],
    ['whose chain led to a public root by its key is not inspected, whatever else was seen', [{ ...api, chain: publicKey, handshakes: { downgraded: 1, certificateAlerts: 1 } }]],
    ['whose chain bears the name of a public root may choose what it likes', [{ ...api, chain: publicName, handshakes: { h2Chosen: 1, h2Dropped: 1 } }, newer]],
    ['whose chain led to a public root by its key may come without timestamps', [{ ...api, chain: publicKey, handshakes: { withoutSct: 1 } }]],
    ['whose timestamps came in some connections has them', [{ ...api, chain: publicName, handshakes: { withSct: 1, withoutSct: 1 } }]],
    ['whose certificate is older than the duty to log it', [{ ...api, chain: [{ cn: 'a', by: { cn: 'ISRG Root X1', o: 'Internet Security Research Group' }, from: '2018-04-30' }], handshakes: { withoutSct: 1 } }]],
    ['on its own network has certificates that nobody logs', [{ ...api, addressClass: 'private', chain: publicName, handshakes: { withoutSct: 1 } }]],
    ['on loopback is the machine itself', [{ ...api, addressClass: 'loopback', handshakes: { downgraded: 1 } }]],
    ['that called in is nobody\'s server', [{ ...api, inbound: true, handshakes: { certificateAlerts: 1 } }]],
  ])('%s', (_, destinations) => {
    expect(host(destinations)?.verdict ?? 'not-seen').toBe('not-seen');
  });

  it('whose chain only bears the name of a public root is possibly inspected once its client refuses it', () => {
    expect(host([{ ...api, chain: publicName, handshakes: { certificateAlerts: 1 } }])).toMatchObject({ verdict: 'possible', reading: { state: 'public' } });
  });

  it('of another component or scope takes nothing from this one', () => {
    expect(host([newer, { ...api, component: 'gateway' }])).toBeUndefined();
    expect(host([newer, { ...api, scope: 1 }], [{}, {}])).toBeUndefined();
  });

  it.each<[string, Sketch]>([
    ['was answered', { ...udp, down: 1200, outcome: 'answered' }],
    ['came after all TCP', { ...udp, at: 5 }],
    ['was a media relay', { ...udp, protocol: 'stun' }],
    ['sent nothing', { ...udp, up: 0 }],
  ])('is not said to have QUIC blocked when the flow %s', (_, flow) => {
    const found = host([{ ...later, handshakes: { hiddenAlerts: 1 } }, flow]);
    expect(found?.signals.map(({ id }) => id)).toEqual(['client.closes-after-server']);
  });

  it('is told how QUIC was stopped', () => {
    const found = host([{ ...later, handshakes: { hiddenAlerts: 1 } }, { ...udp, outcome: 'unreachable', icmpErrors: ['3/13'] }]);
    expect(found?.signals.at(-1)?.says).toContain('answered by ICMP 3/13');
  });

  it('proven by its chain keeps that verdict, and lists the path beside it', () => {
    const chain: Sketch['chain'] = [{ cn: 'api.example', by: { cn: 'FortiGate CA', o: 'Fortinet' } }];
    const found = host([{ ...api, chain, handshakes: { certificateAlerts: 1 } }]);
    expect([found?.verdict, found?.signals.map(({ id }) => id)]).toEqual(['proven', ['cert.product-issuer', 'client.rejects-certificate', 'tls.version-drop']]);
  });
});

/** The gravest-signalled TLS destination of api.example in the first scope without a component. */
function host(destinations: readonly Sketch[], scopes?: RunSketch['scopes']) {
  const run = buildRun({ destinations: [...destinations], ...(scopes === undefined ? {} : { scopes }) });
  const found = interceptions(run);
  const first = run.destinations.find(({ name, scope, component, tls }) => name === 'api.example' && scope === 0 && component === undefined && tls !== undefined);
  return found.get(first?.key ?? '');
}
