/**
 * The flows of the generated captures, each a generator that writes a packet
 * and gives the µs until its next one, so that many can be interleaved.
 */
import { ACK, FIN, PSH, RST, SYN, type Ends } from './capture-file.ts';
import { clientHello, quicHelloKind } from './client-hellos.ts';
import { clientInitial, dnsMessage, serverAnswer } from './datagrams.ts';
import { FULL_RECORD, RESOLVER, type Host, type Internet } from './internet.ts';
import { clientEnd, flight12, flight13, record, serverEnd12, APPLICATION_DATA, HANDSHAKE } from './server-flights.ts';
import { ByteWriter } from './byte-writer.ts';

export type Flow = Generator<number, void, undefined>;

/** A question and, a little later, its answer. */
export function* lookup({ file, random }: Internet, host: Host, ends: Ends): Flow {
  const isV6 = host.v6.length > 0 && random.fraction() < 0.5;
  const id = random.below(0x1_0000);
  const question = dnsMessage(id, host.name, isV6);
  file.udp(ends, true, question, 0, question.length);
  yield random.between(1000, 30_000);
  const answer = dnsMessage(id, host.name, isV6, { addresses: isV6 ? host.v6 : host.v4, ttl: random.between(30, 600), ...(host.alias === undefined ? {} : { alias: host.alias }) });
  file.udp(ends, false, answer, 0, answer.length);
}

/** SYNs without any answer. */
export function* silent({ file }: Internet, ends: Ends): Flow {
  for (let wait = 1_000_000; wait <= 4_000_000; wait *= 2) {
    file.tcp(ends, true, SYN, NOTHING, 0, 0);
    ends.clientSequence = (ends.clientSequence - 1) >>> 0;
    yield wait;
  }
}

/** A SYN that is answered with a reset. */
export function* refused({ file, random }: Internet, ends: Ends): Flow {
  file.tcp(ends, true, SYN, NOTHING, 0, 0);
  yield random.between(5000, 60_000);
  file.tcp(ends, false, RST | ACK, NOTHING, 0, 0);
}

/** TLS from SYN to the last FIN, with `down` bytes of application data from the server after the request. */
export function* tls(net: Internet, host: Host, ends: Ends, version: 12 | 13, down: number): Flow {
  const { file, random } = net;
  const trip = random.between(4000, 80_000);
  yield* open(net, ends, trip);
  const kind = random.pick(version === 13 ? net.hellos.modern : net.hellos.old);
  const hello = clientHello(kind, host.name, random);
  const wrapped = new ByteWriter();
  record(wrapped, HANDSHAKE, () => wrapped.raw(hello));
  yield* say(net, ends, true, wrapped.take(), trip);
  const flight = version === 13 ? flight13(random, hello.slice(SESSION_ID, SESSION_ID + 32)) : flight12(random, kind.alpn[0], net.chainOf(host));
  yield* say(net, ends, false, flight, trip);
  yield* say(net, ends, true, clientEnd(random, version), version === 12 ? trip : 200);
  if (version === 12) yield* say(net, ends, false, serverEnd12(random), trip);
  yield* say(net, ends, true, random.pick(net.shortRecords), trip);
  yield* download(net, ends, down, trip);
  yield* shut(net, ends, trip);
  file.tcp(ends, true, ACK, NOTHING, 0, 0);
}

/** A hello, the server's first flight, and the client is gone: what a scan or a cancelled fetch looks like. */
export function* shortTls(net: Internet, host: Host, ends: Ends): Flow {
  const { file, random } = net;
  const trip = random.between(4000, 60_000);
  yield* open(net, ends, trip);
  const wrapped = new ByteWriter();
  const hello = clientHello(random.pick(net.hellos.modern), host.name, random);
  record(wrapped, HANDSHAKE, () => wrapped.raw(hello));
  yield* say(net, ends, true, wrapped.take(), trip);
  const flight = flight13(random, hello.slice(SESSION_ID, SESSION_ID + 32));
  file.tcp(ends, false, ACK, flight, 0, Math.min(flight.length, SEGMENT));
  yield 100;
  file.tcp(ends, true, RST | ACK, NOTHING, 0, 0);
}

/** One request in clear and its answer. */
export function* http(net: Internet, host: Host, ends: Ends, down: number): Flow {
  const trip = net.random.between(4000, 80_000);
  yield* open(net, ends, trip);
  yield* say(net, ends, true, Buffer.from(`GET /status/${net.random.word()} HTTP/1.1\r\nHost: ${host.name}\r\nUser-Agent: bench/1.0\r\nAccept: */*\r\n\r\n`, 'latin1'), trip);
  yield* say(net, ends, false, Buffer.from(`HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: ${down}\r\n\r\n`, 'latin1'), 100);
  for (let sent = 0; sent < down;) {
    const step = Math.min(down - sent, SEGMENT);
    net.file.tcp(ends, false, ACK | PSH, net.random.pool, net.random.poolAt(step), step);
    sent += step;
    yield 40;
    net.file.tcp(ends, true, ACK, NOTHING, 0, 0);
  }
  yield* shut(net, ends, trip);
  net.file.tcp(ends, true, ACK, NOTHING, 0, 0);
}

/** QUIC: real client Initials (two when the hello is too long for one), then noise in short-header packets. */
export function* quic({ file, random }: Internet, host: Host, ends: Ends, packets: number): Flow {
  const destination = random.bytes(8);
  const source = random.bytes(8);
  const hello = clientHello(quicHelloKind(random.fraction() < PQ_SHARE), host.name, random);
  const cuts = hello.length > INITIAL_ROOM ? [0, INITIAL_ROOM, hello.length] : [0, hello.length];
  for (let turn = 0; turn + 1 < cuts.length; turn++) {
    const datagram = clientInitial(destination, source, turn, hello, cuts[turn] ?? 0, cuts[turn + 1] ?? 0);
    file.udp(ends, true, datagram, 0, datagram.length);
    yield 50;
  }
  yield random.between(5000, 60_000);
  const serverId = random.bytes(8);
  const answer = serverAnswer(destination, serverId, source, random);
  file.udp(ends, false, answer, 0, answer.length);
  yield 500;
  for (let turn = 0; turn < packets; turn++) {
    const fromClient = turn % 3 === 0;
    const body = random.bytes(fromClient ? random.between(30, 90) : random.between(200, 1230));
    body[0] = 0x40 | ((body[0] ?? 0) & 0x3f);
    body.set(fromClient ? serverId : source, 1);
    file.udp(ends, fromClient, body, 0, body.length);
    yield random.between(20, 20_000);
  }
}

/** Datagrams of no known protocol, both ways. */
export function* noise({ file, random }: Internet, ends: Ends, packets: number): Flow {
  for (let turn = 0; turn < packets; turn++) {
    const length = random.between(48, 900);
    file.udp(ends, turn % 2 === 0, random.pool, random.poolAt(length), length);
    yield random.between(1000, 100_000);
  }
}

function* open({ file }: Internet, ends: Ends, trip: number): Flow {
  file.tcp(ends, true, SYN, NOTHING, 0, 0);
  yield trip;
  file.tcp(ends, false, SYN | ACK, NOTHING, 0, 0);
  yield 60;
  file.tcp(ends, true, ACK, NOTHING, 0, 0);
  yield 90;
}

/** `bytes` in segments, acknowledged once; then the pause until the other side speaks. */
function* say({ file }: Internet, ends: Ends, fromClient: boolean, bytes: Uint8Array, pause: number): Flow {
  for (let at = 0; at < bytes.length; at += SEGMENT) {
    file.tcp(ends, fromClient, ACK | PSH, bytes, at, Math.min(SEGMENT, bytes.length - at));
    yield 15;
  }
  file.tcp(ends, !fromClient, ACK, NOTHING, 0, 0);
  yield pause;
}

/** Application records from the server: full ones with an ACK for two segments and now and then a retransmission, then one of the rest. */
function* download(net: Internet, ends: Ends, bytes: number, trip: number): Flow {
  const { file, random, train } = net;
  const full = bytes - (bytes % FULL_RECORD);
  for (let sent = 0, segments = 1; sent < full; segments++) {
    const at = sent % train.length;
    const step = Math.min(SEGMENT, train.length - at, full - sent);
    file.tcp(ends, false, ACK, train, at, step);
    if (random.fraction() < LOSS) {
      yield trip + 20_000;
      ends.serverSequence = (ends.serverSequence - step) >>> 0;
      file.tcp(ends, false, ACK, train, at, step);
    }
    sent += step;
    yield segments % BURST === 0 ? 900 : 8;
    if (segments % 2 === 0) file.tcp(ends, true, ACK, NOTHING, 0, 0);
  }
  const last = new ByteWriter();
  record(last, APPLICATION_DATA, () => last.raw(random.bytes(SMALLEST_RECORD + (bytes % FULL_RECORD))));
  yield* say(net, ends, false, last.take(), trip);
}

function* shut({ file }: Internet, ends: Ends, trip: number): Flow {
  file.tcp(ends, true, FIN | ACK, NOTHING, 0, 0);
  yield trip;
  file.tcp(ends, false, FIN | ACK, NOTHING, 0, 0);
  yield 60;
}

/** Flow to the resolver for one lookup. */
export function resolverEnds(net: Internet): Ends {
  return net.ends(RESOLVER, 53);
}

const NOTHING = new Uint8Array(0);
/** Where the session id of a hello stands: type, length, version, random and its own length before it. */
const SESSION_ID = 4 + 2 + 32 + 1;
/** MSS 1460 less the timestamps. */
const SEGMENT = 1448;
/** Segments sent back to back before other flows get a turn. */
const BURST = 10;
const LOSS = 0.003;
/** Content type, tag and a few bytes: what ends even an empty answer. */
const SMALLEST_RECORD = 40;
/** CRYPTO bytes that fit an Initial of 1200 bytes beside its headers. */
const INITIAL_ROOM = 1100;
const PQ_SHARE = 0.4;
