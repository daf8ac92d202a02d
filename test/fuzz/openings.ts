/**
 * First words of protocols of which there is no capture: what one end and the
 * other say, as RFCs and manuals show them. Mutation does the rest.
 */
import { bytes, type Part } from '../build/bytes.ts';
import { readWireFixture } from '../build/wire-fixture.ts';
import type { Talk } from './corpus.ts';

const HELLO = bytes(...readWireFixture('tls/tls13-alpn.hex').passages.slice(0, 1).map(({ data }) => (data instanceof Uint8Array ? data : [])));
const REQUEST = 'GET / HTTP/1.1\r\nHost: a.example\r\n\r\n';

/** Lines begin with the first sender and alternate. */
function tcp(port: number, ...said: readonly Part[]): Talk {
  return { transport: 'tcp', ports: [40_000, port], passages: said.map((part, index) => ({ fromFirst: index % 2 === 0, data: bytes(part) })) };
}

/** As {@link tcp}, the server speaking first. */
function greeted(port: number, ...said: readonly Part[]): Talk {
  return { ...tcp(port, ...said), ports: [port, 40_000] };
}

function udp(port: number, ...said: readonly Part[]): Talk {
  return { ...tcp(port, ...said), transport: 'udp' };
}

export const OPENINGS: readonly Talk[] = [
  tcp(1080, '\u0005\u0001\0', '\u0005\0', bytes(5, 1, 0, 3, 9, 'a.example', 1, 187), bytes(5, 0, 0, 1, 10, 0, 0, 1, 1, 187), HELLO),
  tcp(1080, '\u0005\u0002\0\u0002', '\u0005\u0002', bytes(1, 4, 'user', 4, 'pass'), '\u0001\0', bytes(5, 1, 0, 4, new Uint8Array(16), 1, 187), bytes(5, 4, 0, 1, 0, 0, 0, 0, 0, 0)),
  tcp(1080, bytes(4, 1, 1, 187, 0, 0, 0, 1, 'me\0a.example\0'), bytes(0, 90, 1, 187, 10, 0, 0, 1), REQUEST),
  tcp(443, 'PROXY TCP4 192.0.2.1 198.51.100.1 40000 443\r\n', '', HELLO),
  tcp(443, bytes('\r\n\r\n\0\r\nQUIT\n', 0x21, 0x11, 0, 12, 192, 0, 2, 1, 198, 51, 100, 1, 0x9c, 0x40, 1, 187), '', HELLO),
  greeted(25, '220 mx.example ESMTP\r\n', 'EHLO a\r\n', '250-mx\r\n250 STARTTLS\r\n', 'STARTTLS\r\n', '220 go\r\n', HELLO),
  greeted(143, '* OK IMAP4rev1\r\n', 'a1 STARTTLS\r\n', 'a1 OK begin\r\n', HELLO),
  greeted(110, '+OK POP3\r\n', 'STLS\r\n', '+OK begin\r\n', HELLO),
  greeted(21, '220 FTP\r\n', 'AUTH TLS\r\n', '234 go\r\n', HELLO),
  tcp(389, bytes(0x30, 29, 2, 1, 1, 0x77, 24, 0x80, 22, '1.3.6.1.4.1.1466.20037'), bytes(0x30, 12, 2, 1, 1, 0x78, 7, 10, 1, 0, 4, 0, 4, 0), HELLO),
  tcp(5222, "<stream:stream xmlns='jabber:client'>", "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>", "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", HELLO),
  tcp(5432, bytes(0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f), 'S', HELLO),
  tcp(5432, bytes(0, 0, 0, 24, 0, 3, 0, 0, 'user\0me\0database\0'), 'R'),
  greeted(3306, bytes(74, 0, 0, 0, 10, '8.0.1\0', new Uint8Array(66)), bytes(32, 0, 0, 1, 0x85, 0xae, 0xff, 0, new Uint8Array(28)), HELLO),
  tcp(80, 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n', 'HTTP/1.1 200 OK\r\n\r\n', HELLO),
  tcp(80, 'POST /x HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nAuthorization: Basic YTpi\r\n\r\n5\r\nhello\r\n0\r\n\r\n', 'HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno', REQUEST),
  tcp(80, 'GET /ws HTTP/1.1\r\nHost: a.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n', 'HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n', bytes(0x81, 0x85, 1, 2, 3, 4, 5, 6, 7, 8, 9)),
  tcp(80, bytes('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 13, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x41, 9, 'a.example'), bytes(0, 0, 0, 4, 1, 0, 0, 0, 0)),
  tcp(80, 'GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n', bytes('HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n', 0, 0, 0, 4, 0, 0, 0, 0, 0)),
  greeted(22, 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH-2.0-client\r\n'),
  tcp(1883, bytes(0x10, 14, 0, 4, 'MQTT', 4, 2, 0, 60, 0, 2, 'id'), bytes(0x20, 2, 0, 0)),
  tcp(5672, bytes('AMQP', 0, 0, 9, 1), ''),
  tcp(6379, '*1\r\n$4\r\nPING\r\n', '+PONG\r\n'),
  tcp(6881, bytes(19, 'BitTorrent protocol', new Uint8Array(48)), ''),
  tcp(445, bytes(0, 0, 0, 64, 0xfe, 'SMB', 64, 0, new Uint8Array(58)), ''),
  tcp(3389, bytes(3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 3, 0, 0, 0), bytes(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 0, 8, 0, 2, 0, 0, 0), HELLO),
  udp(5060, 'INVITE sip:b@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a.example\r\n\r\n', 'SIP/2.0 100 Trying\r\n\r\n'),
  greeted(6667, ':irc.example NOTICE AUTH :hi\r\n', 'NICK a\r\nUSER a 0 * :a\r\n'),
  udp(123, bytes(0x23, new Uint8Array(47)), bytes(0x24, 2, new Uint8Array(46))),
  udp(51_820, bytes(1, 0, 0, 0, new Uint8Array(144)), bytes(2, 0, 0, 0, new Uint8Array(88))),
  udp(1194, bytes(0x38, new Uint8Array(8), 0, 0, 0, 0, 0), ''),
  udp(3478, bytes(0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42, new Uint8Array(12), 0x80, 0x22, 0, 4, 'test'), bytes(1, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42, new Uint8Array(12), 0, 0x20, 0, 8, 0, 1, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66)),
  tcp(3478, bytes(0, 3, 0, 8, 0x21, 0x12, 0xa4, 0x42, new Uint8Array(12), 0, 0x19, 0, 4, 17, 0, 0, 0), bytes(1, 0x13, 0, 0, 0x21, 0x12, 0xa4, 0x42, new Uint8Array(12))),
  udp(443, bytes(0xc3, 0, 0, 0, 1, 8, new Uint8Array(8), 0, 0, 0x44, 0xb0, new Uint8Array(1200)), ''),
  udp(5355, bytes(0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, 'host', 0, 0, 1, 0, 1), ''),
  udp(5353, bytes(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 4, '_tcp', 5, 'local', 0, 0, 12, 0, 1), ''),
  udp(137, bytes(0, 1, 1, 16, 0, 1, 0, 0, 0, 0, 0, 0, 32, 'CKAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 0, 0, 0x21, 0, 1), ''),
];
