/**
 * What dumpcap, tcpdump and libpcap say on standard error, understood: why they
 * refuse, how they end, how many packets they lost. Takes text, gives facts;
 * the text is a program's, so it is shown in one short line at most.
 */

type RefusalKind = 'missing' | 'forbidden' | 'no-device' | 'device-gone' | 'failed';

export interface Refusal {
  readonly kind: RefusalKind;
  /** What the program said, in one line; empty where it said nothing. */
  readonly said: string;
}

/** Why a program ended by itself, from what it said and how it ended. */
export function readRefusal(said: string, ending: string): Refusal {
  for (const [kind, pattern] of SIGNS) {
    const line = said.split('\n').find((candidate) => pattern.test(candidate));
    if (line !== undefined) return { kind, said: shortLine(line) };
  }
  const lines = said.split('\n').map((line) => line.trim()).filter((line) => line !== '' && !CHATTER.test(line));
  return { kind: 'failed', said: shortLine(lines.at(-1) ?? ending) };
}

/** Packets that were lost by its own count when it was told to stop; undefined where it does not say. What it threw away because it was stopping came after the last packet that counts. */
export function readLosses(said: string): number | undefined {
  const dumpcap = [...said.matchAll(DUMPCAP)];
  if (dumpcap.length > 0) return dumpcap.reduce((sum, [, kernel, own, device]) => sum + Number(kernel) + Number(own) + Number(device ?? 0), 0);
  const [, kernel] = /^(\d+) packets? dropped by kernel/m.exec(said) ?? [];
  const [, device] = /^(\d+) packets? dropped by interface/m.exec(said) ?? [];
  return kernel === undefined ? undefined : Number(kernel) + Number(device ?? 0);
}

function shortLine(line: string): string {
  const text = line.trim().replace(/^(?:dumpcap|tcpdump): /, '').replace(/\p{Cc}/gu, '?');
  return text.length > LINE_MAX ? `${text.slice(0, LINE_MAX)}…` : text;
}

/** In the order in which they are looked for: a refused socket also says so of a device that is not there. */
const SIGNS: readonly (readonly [RefusalKind, RegExp])[] = [
  ['forbidden', /permission to (?:capture|perform)|operation not permitted|permission denied|root privileges|access is denied|\bEACCES\b|\bEPERM\b/i],
  ['no-device', /no such device exists|no device named|no interfaces? available|not a valid (?:interface|device)|syntax of the device name/i],
  ['device-gone', /disappeared|no longer|went down|network is down|is not up|no such device|device has been removed/i],
];
/** `…'any': 6/0 (pcap:0/dumpcap:0/flushed:0/ps_ifdrop:0)`. */
const DUMPCAP = /^Packets received\/dropped on interface .*\(pcap:(\d+)\/dumpcap:(\d+)\/flushed:\d+(?:\/ps_ifdrop:(\d+))?\)/gm;
/** What they say when nothing is wrong. */
const CHATTER = /^(?:Capturing on|File: |Packets |tcpdump: (?:data link type|listening on|verbose output)|\d+ packets? |cap_set_proc)/;
/** Characters shown of what a program said. */
const LINE_MAX = 160;
