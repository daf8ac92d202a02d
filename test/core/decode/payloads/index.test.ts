import * as dns from 'dns-packet';
import { describe, expect, it } from 'vitest';
import { DECODERS, recognise } from '../../../../src/core/decode/payloads/index.ts';
import { RECOGNISE_LIMIT, type Recognised } from '../../../../src/core/decode/payloads/session.ts';
import { bytes } from '../../../build/bytes.ts';
import { framed, message } from '../../../build/dns.ts';
import { readWireFixture } from '../../../build/wire-fixture.ts';

const query = Uint8Array.from(dns.encode({ type: 'query', id: 0, questions: [{ type: 'A', name: 'a.example' }] }));
const announcement = message({ id: 0, flags: 0x8400, counts: [0, 1, 0, 0] }, 1, 'a', 0, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 1);
const hello = bytes(...readWireFixture('http/connect-tls.hex').passages.slice(2).map((each) => (each.data instanceof Uint8Array ? each.data : [])));

const CASES: ReadonlyArray<readonly [what: string, transport: 'tcp' | 'udp', data: Uint8Array, ports: readonly [number, number], found: string]> = [
  ['TLS', 'tcp', hello, [40_000, 8443], 'tls client'],
  ['an HTTP request', 'tcp', bytes('GET / HTTP/1.1\r\n'), [40_000, 8000], 'http client'],
  ['an HTTP response', 'tcp', bytes('HTTP/1.1 200 OK\r\n'), [8000, 40_000], 'http server'],
  ['HTTP on the port of DNS', 'tcp', bytes('GET / HTTP/1.1\r\n'), [40_000, 53], 'http client'],
  ['DNS over TCP', 'tcp', framed(query), [40_000, 53], 'dns client'],
  ['DNS over UDP', 'udp', query, [40_000, 53], 'dns client'],
  ['a multicast DNS announcement', 'udp', announcement, [5353, 5353], 'mdns server'],
  ['a one-shot multicast DNS query', 'udp', query, [40_000, 5353], 'mdns client'],
  ['a link-local name query', 'udp', query, [40_000, 5355], 'llmnr client'],
  ['HTTP bytes in a datagram', 'udp', bytes('GET / HTTP/1.1\r\n'), [40_000, 8000], 'none'],
  ['a DNS datagram in a stream', 'tcp', query, [40_000, 53], 'none'],
  ['SSH', 'tcp', bytes('SSH-2.0-OpenSSH\r\n'), [22, 40_000], 'ssh server'],
  ['nothing yet', 'tcp', bytes(), [40_000, 443], 'more'],
  ['a beginning of several protocols', 'tcp', bytes('G'), [40_000, 443], 'more'],
];

describe('recognise', () => {
  it.each(CASES)('knows %s', (_what, transport, data, ports, found) => {
    expect(shown(recognise(transport, data.subarray(0, RECOGNISE_LIMIT), ports))).toBe(found);
  });

  it('asks for no more at the limit', () => {
    for (const start of ['GET /', 'CONNECT ', 'HTTP/1.1 ', 'OPTIONS http://', '\u0016\u0003\u0001', '\u0000\u0040']) {
      const data = bytes(start, 'a'.repeat(RECOGNISE_LIMIT)).subarray(0, RECOGNISE_LIMIT);
      expect(recognise('tcp', data, [40_000, 53])).not.toBe('more');
    }
  });

  it('names each decoder once per transport', () => {
    const names = DECODERS.map((decoder) => `${decoder.transport} ${decoder.protocol}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(['tcp dns', 'tcp http', 'tcp tls', 'udp dns', 'udp llmnr', 'udp mdns', 'udp quic']));
  });

  it('opens sessions that know their protocol', () => {
    for (const decoder of DECODERS) {
      const session = decoder.open({ lookup: () => undefined, problem: () => undefined }, 0);
      expect(session.facts().protocol).toBe(decoder.protocol);
    }
  });
});

function shown(found: Recognised): string {
  return typeof found === 'string' ? found : `${found.decoder.protocol} ${found.sender}`;
}
