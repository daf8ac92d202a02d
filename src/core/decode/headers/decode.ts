/**
 * Frame → packet: link, network and transport headers into one reused cursor,
 * by plain reads at computed offsets. Gives undefined for what carries no IP,
 * for fragments until they are whole, and for damage, which goes to `problem`,
 * once per frame at most. A tunnel's packet comes with the one it carries.
 * Never looks into payloads.
 */
import type { Problem, ProblemCode } from '../../base/problem.ts';
import type { Micros } from '../../base/time.ts';
import type { Frame } from '../files/frame.ts';
import { mayCarry, readCarrier } from './carriers.ts';
import { readEthernet } from './ethernet.ts';
import { type Datagram, FragmentTable, joinPieces } from './fragments.ts';
import { isIcmpError, readIcmp } from './icmp.ts';
import { IpPayload } from './ip-payload.ts';
import { readIpv4 } from './ipv4.ts';
import { readExtensions, readIpv6 } from './ipv6.ts';
import { ETHERNET, NFLOG, readLink } from './link.ts';
import { DAMAGED, LINK_UNKNOWN, Network, NOT_IP, UNREAD, WIFI_UNREAD } from './network.ts';
import { readNflog } from './nflog.ts';
import { ICMP, ICMPV6, Packet, TCP, UDP } from './packet.ts';
import { readQuoted } from './quoted.ts';
import { readTcp } from './tcp.ts';
import { readUdp } from './udp.ts';

export class PacketDecoder {
  /** Frames that carried something other than IP (ARP, LLDP, …). */
  nonIp = 0;
  readonly #problem: (problem: Problem) => void;
  readonly #packet = new Packet();
  readonly #quoted = new Packet();
  readonly #network = new Network();
  readonly #payload = new IpPayload();
  /** The frame at hand has had its problem. */
  #told = false;
  /** Cursors for packets in packets, outermost first. */
  readonly #inner = Array.from({ length: MAX_TUNNELS }, () => ({ packet: new Packet(), quoted: new Packet() }));
  readonly #fragments: FragmentTable;

  constructor(problem: (problem: Problem) => void) {
    this.#problem = problem;
    this.#fragments = new FragmentTable((code) => problem({ code }));
  }

  /** The packet in the frame; the cursor is valid until the next call. */
  decode(frame: Frame): Packet | undefined {
    this.#told = false;
    const { bytes, start } = frame;
    const network = this.#network;
    let end = frame.end;
    if (frame.link === ETHERNET) readEthernet(bytes, start, end, network);
    else if (frame.link === NFLOG) end = readNflog(bytes, start, end, network);
    else readLink(bytes, start, end, frame.link, network);
    if (network.kind <= 0) return this.#without(frame);

    const packet = this.#packet;
    packet.bytes = bytes;
    packet.at = frame.at;
    packet.frame = frame.index;
    packet.interfaceId = frame.interfaceId;
    packet.process = frame.process;
    const payload = this.#payload;
    // NFLOG frames carry their own headers after the packet was cut, so they do not tell its length on the wire.
    const wire = frame.link === NFLOG ? UNKNOWN : Math.max(frame.wireLength - (network.at - start), end - network.at);
    const read = network.kind === 4 ? readIpv4(bytes, network.at, end, wire, packet, payload) : readIpv6(bytes, network.at, end, wire, packet, payload);
    if (!read) return this.#damaged(frame, network.kind === 4 ? 'IPv4' : 'IPv6');
    if (payload.more || payload.offset > 0) return this.#fragment(frame);
    if (!this.#transport(packet, this.#quoted)) return this.#damaged(frame, `protocol ${payload.protocol}`);
    if (payload.overlong) this.#damaged(frame, 'longer than its frame');
    if (mayCarry(packet)) this.#carried(packet, 0);
    return packet;
  }

  /**
   * Gives, one at a call, what there is of datagrams whose other fragments did not come within 30 s before `now`
   * (Infinity at the end of a capture), with the time and frame number of their first fragment. Call until undefined.
   */
  leftover(now: Micros): Packet | undefined {
    for (let found = this.#fragments.expired(now); found !== undefined; found = this.#fragments.expired(now)) {
      if (this.#rebuild(found, true)) return this.#packet;
    }
    return undefined;
  }

  /** Fills the packet from what follows its IP headers. */
  #transport(packet: Packet, quoted: Packet): boolean {
    const payload = this.#payload;
    const { bytes } = packet;
    const { protocol } = payload;
    packet.protocol = protocol;
    packet.quoted = undefined;
    packet.inner = undefined;
    if (protocol === TCP) return readTcp(bytes, payload, packet);
    if (protocol === UDP) return readUdp(bytes, payload, packet);
    if (protocol === ICMP || protocol === ICMPV6) {
      if (!readIcmp(bytes, payload, packet)) return false;
      if (isIcmpError(protocol, packet.icmpType)) quote(packet, quoted);
      return true;
    }
    return readOther(payload, packet);
  }

  /** Reads what a tunnel's packet carries, and what that carries in turn. Fragments inside are not put together: a first one still names its connection. */
  #carried(outer: Packet, depth: number): void {
    const network = this.#network;
    const cursors = this.#inner[depth];
    readCarrier(outer, network);
    if (network.kind === NOT_IP) return;
    if (network.kind === UNREAD) return this.#tellInside('tunnel-unread', `protocol ${outer.protocol}`);
    if (cursors === undefined) return this.#tellInside('packet-damaged', 'too many tunnels in one another');
    const { packet, quoted } = cursors;
    const { bytes, payloadEnd } = outer;
    packet.bytes = bytes;
    packet.at = outer.at;
    packet.frame = outer.frame;
    packet.interfaceId = outer.interfaceId;
    packet.process = outer.process;
    const payload = this.#payload;
    const wire = Math.max(outer.payloadLength - (network.at - outer.payloadStart), payloadEnd - network.at);
    const isRead = network.kind > 0 && (network.kind === 4 ? readIpv4 : readIpv6)(bytes, network.at, payloadEnd, wire, packet, payload);
    if (!isRead || (payload.offset === 0 && !this.#transport(packet, quoted))) return this.#tellInside('packet-damaged', 'inside a tunnel');
    if (payload.more || payload.offset > 0) this.#tellInside('fragment-incomplete', 'inside a tunnel');
    if (payloadEnd - payload.end > TRAILER_MOST) this.#tellInside('tunnel-unread', 'bytes behind the packet inside');
    if (payload.offset > 0) return;
    outer.inner = packet;
    if (mayCarry(packet)) this.#carried(packet, depth + 1);
  }

  #tellInside(code: ProblemCode, detail: string): void {
    if (this.#told) return;
    this.#told = true;
    this.#problem({ code, detail });
  }

  #fragment(frame: Frame): Packet | undefined {
    const payload = this.#payload;
    if (payload.overlong) return this.#damaged(frame, 'longer than its frame');
    const captured = payload.end - payload.start;
    if (captured < payload.length) {
      // Cut by the snap length: the datagram can never be whole, but the first part still names the connection.
      if (payload.offset === 0 && this.#transport(this.#packet, this.#quoted)) return this.#packet;
      return this.#report('fragment-incomplete', frame);
    }
    const whole = this.#fragments.add(this.#packet, payload);
    if (whole === undefined) return undefined;
    return this.#rebuild(whole, false) ? this.#packet : this.#damaged(frame, 'reassembled datagram');
  }

  /** Fills the cursors from a datagram's parts. A whole one keeps the frame that completed it, as Wireshark shows it. */
  #rebuild(datagram: Datagram, partial: boolean): boolean {
    const { first } = datagram;
    if (first === undefined) return false;
    const packet = this.#packet;
    const payload = this.#payload;
    const { at, frame, interfaceId, process } = packet;
    Object.assign(packet, first);
    if (!partial) Object.assign(packet, { at, frame, interfaceId, process });
    packet.bytes = joinPieces(datagram);
    payload.protocol = first.protocol;
    payload.start = 0;
    payload.end = packet.bytes.length;
    payload.length = packet.bytes.length;
    payload.offset = 0;
    payload.more = partial;
    payload.overlong = false;
    if (packet.family === 6 && !readExtensions(packet.bytes, payload)) return false;
    if (payload.offset !== 0 || !this.#transport(packet, this.#quoted)) return false;
    if (mayCarry(packet)) this.#carried(packet, 0);
    return true;
  }

  /** A frame without an IP packet: says why, where that is a problem. */
  #without(frame: Frame): undefined {
    if (this.#network.kind === LINK_UNKNOWN) return this.#report('link-unknown', frame, String(frame.link));
    if (this.#network.kind === WIFI_UNREAD) return this.#report('wifi-unread', frame, this.#network.why);
    if (this.#network.kind === DAMAGED) return this.#damaged(frame, 'link');
    this.nonIp++;
    return undefined;
  }

  #damaged(frame: Frame, detail: string): undefined {
    return this.#report('packet-damaged', frame, detail);
  }

  #report(code: ProblemCode, frame: Frame, detail?: string): undefined {
    const offset = this.#network.at - frame.start;
    this.#told = true;
    this.#problem(detail === undefined ? { code, offset } : { code, offset, detail });
    return undefined;
  }
}

function quote(packet: Packet, quoted: Packet): void {
  quoted.at = packet.at;
  quoted.frame = packet.frame;
  quoted.interfaceId = packet.interfaceId;
  readQuoted(packet.bytes, packet.payloadStart, packet.payloadEnd, quoted);
  packet.quoted = quoted;
}

/** Protocols without a decoder: no ports, everything after IP is payload. */
function readOther(payload: IpPayload, packet: Packet): true {
  packet.fromPort = 0;
  packet.toPort = 0;
  packet.sequence = 0;
  packet.acknowledgement = 0;
  packet.flags = 0;
  packet.checksum = 0;
  packet.payloadStart = payload.start;
  packet.payloadEnd = payload.end;
  packet.payloadLength = payload.length;
  return true;
}

const UNKNOWN = -1;
/** Bytes behind the packet of a tunnel: Ethernet fills up to 46 (IEEE 802.3 §3.2.7), and a check sequence may follow. More is content. */
const TRAILER_MOST = 50;
/** Tunnels in tunnels: a mirror session of an overlay of a VPN has three. */
const MAX_TUNNELS = 4;
