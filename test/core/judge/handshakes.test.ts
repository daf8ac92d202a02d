/** What of a connection is counted for its destination, and what is not. */
import { describe, expect, it } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { TlsFacts } from '../../../src/core/decode/payloads/tls/facts.ts';
import { Destinations } from '../../../src/core/judge/destinations.ts';
import type { Destination } from '../../../src/core/judge/destination.ts';
import type { Connection } from '../../../src/core/observe/connection.ts';
import { connection } from '../../build/sample-report.ts';

const { hello, server } = connection().tls ?? {};
const offered = hello === undefined ? undefined : { ...hello, alpn: [wireText('h2'), wireText('http/1.1')] };
const older = server === undefined ? undefined : ({ ...server, version: 'TLS1.2' } as const);
const tls = (over: Partial<TlsFacts>): TlsFacts => ({ hello: offered, server: older, applicationData: 'both', ...over });
const NONE = { h2Chosen: 0, h2Dropped: 0, downgraded: 0, certificateAlerts: 0, hiddenAlerts: 0, brief: 0, unused: 0, withSct: 0, withoutSct: 0 };
const lasting = { opened: 0, closed: 60_000_000 };

describe('a destination', () => {
  it.each<[string, Partial<Connection>, Partial<NonNullable<Destination['handshakes']>>]>([
    ['an answer without the offered h2', { tls: tls({}), ...lasting }, { h2Dropped: 1 }],
    ['an answer with it', { tls: tls({ server: older && { ...older, alpn: wireText('h2') } }), ...lasting }, { h2Chosen: 1 }],
    ['a downgrade mark', { tls: tls({ hello, server: older && { ...older, alpn: wireText('h2'), downgradeMark: 'TLS1.2' } }), ...lasting }, { h2Chosen: 1, downgraded: 1 }],
    ['a certificate refused in clear', { tls: tls({ server: undefined, alert: { from: 'client', level: 2, code: 48 } }), outcome: 'rejected-by-client' }, { certificateAlerts: 1 }],
    ['a refusal behind encryption', { tls: tls({ server, encryptedAlert: true }), outcome: 'rejected-by-client' }, { hiddenAlerts: 1 }],
    ['a connection that is over in two seconds', { tls: tls({ server }) }, { brief: 1 }],
    ['one that was reset in two seconds without data', { tls: tls({ hello, applicationData: 'none', server: older && { ...older, alpn: wireText('h2') } }), outcome: 'reset' }, { h2Chosen: 1, unused: 1 }],
  ])('counts %s', (_, over, want) => {
    expect(folded(over).handshakes).toEqual({ ...NONE, ...want });
  });

  it.each<[string, Partial<Connection>]>([
    ['ALPN that TLS 1.3 hides', { tls: tls({ server }), ...lasting }],
    ['ALPN without an offer of h2', { tls: tls({ hello: hello && { ...hello, alpn: [] } }), ...lasting }],
    ['a mark where TLS 1.3 was never offered', { tls: tls({ hello: hello && { ...hello, alpn: [], offered: ['TLS1.2'] }, server: older && { ...older, downgradeMark: 'TLS1.2' } }), ...lasting }],
    ['an alert of the client about the hello', { tls: tls({ server: undefined, alert: { from: 'client', level: 2, code: 47 } }), outcome: 'rejected-by-client' }],
    ['an alert of the server about the certificate', { tls: tls({ server: undefined, alert: { from: 'server', level: 2, code: 42 } }), outcome: 'rejected-by-server' }],
    ['a reset without data under TLS 1.3', { tls: tls({ server, applicationData: 'none' }), outcome: 'reset' }],
    ['a reset without data before the server answered', { tls: tls({ server: undefined, applicationData: 'none' }), outcome: 'reset' }],
    ['a connection that nobody closed', { tls: tls({ server }), closed: undefined }],
  ])('does not count %s', (_, over) => {
    expect(folded(over).handshakes).toBeUndefined();
  });

  it('counts upgrades to WebSocket in clear and names the schemes of credentials, once each', () => {
    const part = { form: 'origin', methods: ['GET'], requests: 1, first: { at: 0, frame: 1 }, last: { at: 0, frame: 1 }, up: 0, down: 0 } as const;
    const found = folded(
      { protocol: 'http', tls: undefined, http: { ...part, upgrade: wireText('WebSocket'), switched: true, credentialScheme: 'Bearer' } },
      { protocol: 'http', tls: undefined, http: { ...part, upgrade: wireText('websocket'), switched: false, credentialScheme: 'bearer' } },
      { protocol: 'http', tls: undefined, http: { ...part, upgrade: wireText('h2c'), switched: false } },
    );
    expect([found.upgrades, found.credentials]).toEqual([{ asked: 2, switched: 1 }, ['bearer']]);
  });
});

function folded(...over: readonly Partial<Connection>[]): Destination {
  const destinations = new Destinations(() => {});
  for (const one of over) destinations.add(connection(one), { kind: 'undeclared' });
  const [found] = destinations.list();
  if (found === undefined) throw new Error('nothing was folded');
  return found;
}
