/** Facts of a machine → what `egret run` would take there, what its report could then claim, and each way of seeing with what it cannot see and what to do. Pure. */
import type { Diagnosis, Mode } from './diagnosis.ts';
import type { CaptureTry, DoctorFacts } from './facts.ts';
import { packetsWay, usedCapture } from './packets.ts';
import { needOutlooks } from './outlook.ts';
import { marksWay, ownersWay, proxyWay, screenWay, wayOutWay } from './ways.ts';

/** The whole diagnosis; the ways in the order in which they matter. */
export function diagnose(facts: DoctorFacts): Diagnosis {
  const packets = usedCapture(facts.captures);
  const mode: Mode = facts.proxy.kind !== 'works' ? 'none' : packets === undefined ? 'proxy' : 'proxy-and-packets';
  return {
    schema: 'egret.doctor/1',
    egret: facts.egret,
    exit: mode === 'none' ? MACHINE_REFUSED : 0,
    mode,
    says: sentence(mode, facts, packets),
    needs: mode === 'none' ? [] : needOutlooks(facts, packets),
    ways: [proxyWay(facts), packetsWay(facts), ownersWay(facts), marksWay(facts), wayOutWay(facts), screenWay(facts)],
    machine: facts.machine,
  };
}

function sentence(mode: Mode, { captures, wayOut }: DoctorFacts, packets: CaptureTry | undefined): string {
  if (mode === 'none') {
    const other = captures.find(({ result }) => result.kind === 'armed');
    const more = other === undefined ? 'and no capture of packets is proven' : `but packets can be captured by hand (${other.program}), to be judged by egret audit`;
    return `egret run does not work here: its proxy cannot be reached, ${more}.`;
  }
  const begin = wayOut.mistakes.length === 0 ? 'egret run would watch' : 'Once the proxy variables are corrected, egret run would watch';
  if (packets === undefined) return `${begin} through its proxy alone: what goes around the proxy is not seen.`;
  return `${begin} through its proxy and, beside it, capture the packets of all interfaces by ${packets.program === 'pcap' ? 'the npm package pcap' : packets.program}.`;
}

/** Of the table of exit codes. */
const MACHINE_REFUSED = 4;
