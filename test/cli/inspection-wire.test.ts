/** Signals of inspection, breakage and credentials from packets on the wire to the page that a person reads. */
import { describe, expect, it } from 'vitest';
import { runEgret } from '../build/file-world.ts';
import { ethernet } from '../build/frames.ts';
import { tcp, udp } from '../build/packets.ts';
import { pcapFile, START } from '../build/pcap.ts';
import { clientHello, extension, message, record, serverHello } from '../build/tls-bytes.ts';

interface Inspected {
  readonly host: string;
  readonly verdict: string;
  readonly signals: readonly { readonly id: string; readonly weight: string }[];
  readonly breaks: readonly { readonly what: string; readonly sure: string }[];
}

const POLICY = `egret: 1
name: Nothing but sockets
connections:
  - { id: ws, name: Socket, host: ws.example.com, port: [443/tcp, 80/tcp], protocol: [wss, ws], inspection: must-bypass, because: websocket, blocked: It stops. }
claims:
  - { id: C1, text: Keys stay home, check: credentials-in-zone }
  - { id: C3, text: The proxy is honoured, check: honours-proxy }
  - { id: C2, text: Inspection leaves it alone, check: inspection-bypass }
`;
const MARK = Uint8Array.of(...new Uint8Array(24).fill(9), 0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44, 0x01);
const hello = record(22, message(1, clientHello({ ciphers: [0x1301, 0xc02f], extensions: [extension.serverName('ws.example.com'), extension.alpn('http/1.1'), extension.versions(0x0304, 0x0303)] })));
const UNKNOWN_CA = record(21, Uint8Array.of(2, 48));

describe('on the wire', () => {
  it('an older version with the downgrade mark, refused for its authority, is likely inspection and a refused certificate', async () => {
    const older = record(22, message(2, serverHello(0xc02f, [], MARK)));
    const { inspected, claims } = await audited(connection(443, [['up', hello], ['down', older], ['up', UNKNOWN_CA]]));
    expect(inspected.map(({ host, verdict, signals, breaks }) => [host, verdict, signals.map(({ weight, id }) => `${weight} ${id}`), breaks.map(({ sure, what }) => `${sure} ${what}`)])).toEqual([
      ['ws.example.com', 'likely', ['strong tls.downgrade-mark', 'medium client.rejects-certificate'], ['seen certificate']],
    ]);
    expect(claims['C2']).not.toBe('broken');
  });

  it('the same answer to a client that never offered TLS 1.3 is nothing', async () => {
    const old = record(22, message(1, clientHello({ ciphers: [0xc02f], extensions: [extension.serverName('ws.example.com')] })));
    const { inspected } = await audited(connection(443, [['up', old], ['down', record(22, message(2, serverHello(0xc02f, [], MARK)))]]));
    expect(inspected).toEqual([]);
  });

  it('a bearer token in a request for an upgrade breaks the promise and is never written out', async () => {
    const request = 'GET /events HTTP/1.1\r\nHost: ws.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: Bearer s3cr3t-token\r\n\r\n';
    const { claims, out } = await audited(connection(80, [['up', Buffer.from(request)], ['down', Buffer.from('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')]]));
    expect(claims['C1']).toBe('broken');
    expect(out).toContain('carried a credential (bearer)');
    expect(out).not.toContain('s3cr3t');
  });

  it('an upgrade that never came and media that nobody answered stand on the page of an inspected host', async () => {
    const request = 'GET /events HTTP/1.1\r\nHost: ws.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n';
    const older = record(22, message(2, serverHello(0xc02f, [], MARK)));
    const frames = [...connection(443, [['up', hello], ['down', older]], 40_001), ...connection(80, [['up', Buffer.from(request)], ['down', Buffer.from('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')]], 40_002)];
    const { text } = await audited([...frames, udp({ from: '10.0.0.2:40003', to: '203.0.113.9:3478', payload: new Uint8Array(20) })]);
    const section = text.slice(text.indexOf('TLS inspection'), text.indexOf('Destinations'));
    expect(section).toContain('likely    ws.example.com on 443');
    expect(section.replaceAll(/\s+/g, ' ')).toContain('breaks WebSocket: 1 of 1 upgrade asked for in clear never got a 101');
    expect(section.replaceAll(/\s+/g, ' ')).toContain('policy ws: must-bypass (websocket). Without it: It stops.');
  });

  it.each<[string, string, string | undefined]>([
    ['while the variables were set went around the proxy', 'variables-set: true', 'broken'],
    ['that NO_PROXY names may go directly', 'variables-set: true, no-proxy: [.example.com]', 'unproven'],
    ['without variables had no proxy to honour', 'variables-set: false', 'unproven'],
  ])('a TLS connection %s', async (_, variables, verdict) => {
    const sheet = `egret-run: 1\nscope: app\nproxy: { address: 10.0.0.9, port: 3128, ${variables} }\n`;
    const { claims } = await audited(connection(443, [['up', hello], ['down', record(22, message(2, serverHello(0xc02f, [])))]]), sheet);
    expect(claims['C3']).toBe(verdict);
  });
});

/** Packets of one connection of 10.0.0.2 to 203.0.113.9, closed by the client. */
function connection(port: number, passages: readonly (readonly ['up' | 'down', Uint8Array])[], local = 40_000): Uint8Array[] {
  const ends = { up: { from: `10.0.0.2:${local}`, to: `203.0.113.9:${port}` }, down: { from: `203.0.113.9:${port}`, to: `10.0.0.2:${local}` } };
  const next = { up: 1, down: 1 };
  const data = passages.map(([side, payload]) => {
    const seq = next[side];
    next[side] += payload.length;
    return tcp({ ...ends[side], flags: 'PA', seq, ack: next[side === 'up' ? 'down' : 'up'], payload });
  });
  return [tcp({ ...ends.up, flags: 'S', seq: 0 }), tcp({ ...ends.down, flags: 'SA', seq: 0, ack: 1 }), tcp({ ...ends.up, seq: 1, ack: 1 }), ...data, tcp({ ...ends.up, flags: 'FA', seq: next.up, ack: next.down }), tcp({ ...ends.down, flags: 'FA', seq: next.down, ack: next.up + 1 })];
}

async function audited(packets: readonly Uint8Array[], sheet = 'egret-run: 1\nscope: app\n'): Promise<{ readonly inspected: readonly Inspected[]; readonly claims: Readonly<Record<string, string>>; readonly out: string; readonly text: string }> {
  const file = pcapFile(packets.map((packet, index) => ({ bytes: ethernet(packet), at: START + index * 10_000 })));
  const ran = await runEgret(['audit', 'run.pcap', '-p', 'policy.yaml', '--sheet', 'run.yaml', '--local', '10.0.0.0/8', '--format', 'json=report.json,text'], { held: { 'run.pcap': file, 'policy.yaml': POLICY, 'run.yaml': sheet } });
  const json = ran.files.get('report.json');
  if (json === undefined) throw new Error(ran.err);
  const report: { readonly inspected: readonly Inspected[]; readonly claims: readonly { readonly id: string; readonly verdict: string }[] } = JSON.parse(json);
  return { inspected: report.inspected, claims: Object.fromEntries(report.claims.map(({ id, verdict }) => [id, verdict])), out: json, text: ran.out };
}
