/**
 * Packet headers of every link type that the decoder knows (found by asking
 * it), and whole flows of one link type through the observer. A piece is a frame.
 */
import { PacketDecoder } from '../../../src/core/decode/headers/decode.ts';
import type { Packet } from '../../../src/core/decode/headers/packet.ts';
import type { Observation } from '../../../src/core/observe/observation.ts';
import { Observer } from '../../../src/core/observe/observer.ts';
import { arp, ethernet, mpls, nflog, nullFrame, ppp, pppoe, sll, sll2, snap } from '../../build/frames.ts';
import { extension, fragments, icmp, ipv6, tcp, udp } from '../../build/packets.ts';
import type { CorpusCapture } from '../corpus.ts';
import { numberWrong, observationWrong } from '../check-facts.ts';
import { type Outcome, outcomeOf, type Pieces, type Target } from '../target.ts';

export function headerTargets(captures: readonly CorpusCapture[]): Target[] {
  return knownLinks().flatMap((link): Target[] => {
    const recorded = captures.map(({ frames }) => frames.filter((frame) => frame.link === link).slice(0, 24).map((frame) => frame.bytes)).filter((frames) => frames.length > 0);
    const seeds = [...recorded.slice(0, 30), wrapped(link)];
    return [
      { name: `headers:${link}`, kind: 'bytes', seeds, run: (input) => runDecoder(link, input) },
      { name: `flows:${link}`, kind: 'bytes', seeds, run: (input) => runObserver(link, input) },
    ];
  });
}

/** Link types for which the decoder does not say that it cannot read them. */
function knownLinks(): number[] {
  return Array.from({ length: 320 }, (_, link) => link).filter((link) => {
    let known = true;
    const decoder = new PacketDecoder(({ code }) => void (known &&= code !== 'link-unknown'));
    decoder.decode(frameOf(new Uint8Array(64), link, 0));
    return known;
  });
}

/** Packets of all kinds in the headers of a link type. */
function wrapped(link: number): Pieces {
  const one = { from: '10.0.0.2:40000', to: '203.0.113.7:443' };
  const six = { from: '[2001:db8::2]:40000', to: '[2001:db8::7]:443' };
  const packets = [
    tcp({ ...one, flags: 'S', seq: 1 }), tcp({ ...one, flags: 'PA', seq: 2, payload: 'hello' }), tcp({ ...six, flags: 'S', seq: 1 }), udp({ ...one, payload: 'x' }),
    icmp({ from: '10.0.0.1', to: '10.0.0.2', type: 3, code: 1, payload: udp({ ...one, payload: 'x' }) }), icmp({ from: 'fe80::1', to: 'fe80::2', type: 135 }),
    ...fragments(udp({ ...one, payload: 'y'.repeat(100) }), 24), ...fragments(udp({ ...six, payload: 'z'.repeat(100) }), 32),
    ipv6('fe80::1', 'fe80::2', 17, udp({ ...one }).subarray(20), { extensions: [extension(0), extension(43), extension(60), extension(51)] }),
  ];
  const wrap = WRAPS.get(link) ?? ((packet: Uint8Array) => ethernet(packet));
  const more = link === 1 ? packets.slice(0, 3).flatMap((packet) => [ethernet(packet, { vlan: [1, 2], outerTag: 0x88a8 }), ethernet(pppoe(packet)), ethernet(mpls(packet, [1, 2])), snap(packet), ethernet(arp())]) : [];
  return [...packets.map(wrap), ...more];
}

const WRAPS: ReadonlyMap<number, (packet: Uint8Array) => Uint8Array> = new Map([
  [0, (packet: Uint8Array) => nullFrame(packet)], [108, (packet: Uint8Array) => nullFrame(packet, { bigEndian: true })],
  [9, (packet: Uint8Array) => ppp(packet)], [50, (packet: Uint8Array) => ppp(packet, { hdlc: true })],
  [12, (packet: Uint8Array) => packet], [14, (packet: Uint8Array) => packet], [101, (packet: Uint8Array) => packet], [228, (packet: Uint8Array) => packet], [229, (packet: Uint8Array) => packet],
  [113, (packet: Uint8Array) => sll(packet)], [276, (packet: Uint8Array) => sll2(packet)], [239, (packet: Uint8Array) => nflog(packet)],
]);

function frameOf(bytes: Uint8Array, link: number, index: number): Parameters<PacketDecoder['decode']>[0] {
  return { bytes, start: 0, end: bytes.length, wireLength: bytes.length, at: index * 1000, link, interfaceId: 0, index: index + 1, process: -1 };
}

function runDecoder(link: number, input: Pieces): Outcome {
  let wrong: string | undefined;
  let problems = 0;
  const traits = new Set<string>();
  const decoder = new PacketDecoder(({ code, detail }) => {
    problems++;
    traits.add(`${code} ${detail}`);
  });
  const look = (packet: Packet | undefined, least: number): void => {
    if (packet === undefined) return;
    traits.add(`${packet.family} ${packet.protocol < 60 ? packet.protocol : 'other'} ${packet.quoted?.protocol}`);
    wrong ??= packetWrong(packet, least);
  };
  for (const [index, piece] of input.entries()) look(decoder.decode(frameOf(piece.slice(), link, index)), piece.length);
  for (let packet = decoder.leftover(Infinity); packet !== undefined; packet = decoder.leftover(Infinity)) look(packet, 0);
  if (problems > input.length * 3) wrong ??= `${problems} problems from ${input.length} frames`;
  return outcomeOf(wrong, [...traits].sort().join());
}

function packetWrong({ bytes, quoted, ...numbers }: Packet, frameLength: number): string | undefined {
  const { payloadStart, payloadEnd, fromPort, toPort, process: _process, ...counts } = numbers;
  if (payloadStart < 0 || payloadEnd > Math.max(bytes.length, frameLength)) return `the payload lies at ${payloadStart}..${payloadEnd} of ${bytes.length} bytes`;
  if (fromPort > 0xffff || toPort > 0xffff) return `the ports are ${fromPort} and ${toPort}`;
  const flat = Object.fromEntries(Object.entries(counts).filter(([, value]) => typeof value === 'number'));
  return numberWrong({ ...flat, fromPort, toPort }, 'packet') ?? (quoted === undefined || quoted.protocol === 0 ? undefined : numberWrong({ from: quoted.fromPort, to: quoted.toPort }, 'quoted'));
}

function runObserver(link: number, input: Pieces): Outcome {
  const all: Observation[] = [];
  const observer = new Observer({ seed: 1, local: [], clockOffset: 0, emit: (observation) => void all.push(observation), flowCap: 64 });
  observer.begin(0);
  for (const [index, piece] of input.entries()) observer.frame({ ...frameOf(piece.slice(), link, index), at: 1e15 + index * 1000 });
  observer.finish();
  observer.end();
  const spots = all.filter((observation) => observation.kind === 'blind-spot');
  const wrong = all.map(observationWrong).find((found) => found !== undefined) ?? (all.length > input.reduce((sum, piece) => sum + piece.length, 0) + 40 ? `${all.length} observations of ${input.length} frames` : undefined);
  return outcomeOf(wrong, [...new Set(all.map((one) => (one.kind === 'flow' ? `${one.protocol} ${one.outcome} ${one.direction}` : one.kind))), ...spots.map(({ code }) => code)].sort().join());
}
