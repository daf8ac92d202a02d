/** Packets as a way of seeing: each program that was tried with what it answered, and what to do where none works. */
import type { Advice, Part, Way, WayState } from './diagnosis.ts';
import type { CaptureResult, CaptureTry, DoctorFacts, MachineFacts } from './facts.ts';
import { hasDumpcap, installCapture, permitDumpcap, permitFile } from './install.ts';

/** The way with its programs; works in part where nothing is proven, or only single interfaces can be captured. */
export function packetsWay({ machine, captures, owner }: DoctorFacts): Way {
  const best = usedCapture(captures) ?? captures.find(({ result }) => result.kind === 'armed') ?? captures.find(({ result }) => result.kind === 'unproven');
  const state: WayState = best === undefined ? 'no' : best.result.kind === 'armed' && best.device === EVERY_INTERFACE ? 'works' : 'part';
  return {
    id: 'packets',
    title: 'packets',
    state,
    found: best === undefined ? 'nothing can capture here' : foundWords(best),
    parts: captures.map((one) => partOf(one)),
    sees: best === undefined || best.device === EVERY_INTERFACE ? 'what goes around the proxy too: QUIC, STUN, lookups, plain sockets; of all programs' : 'what goes around the proxy too, on one interface that you name (--capture INTERFACE)',
    blind: blindWords(machine, owner.kind === 'found' && owner.seesOthers),
    advice: best === undefined ? captureAdvice(machine, captures) : best.device === EVERY_INTERFACE ? unprovenAdvice(best, captures) : [{ text: 'name the interface that leads out, since this system has none for all of them', commands: [`egret run --capture ${machine.platform === 'darwin' ? 'en0' : 'INTERFACE'} -- COMMAND`] }],
  };
}

/** The capture that `egret run` would take without being told: the first that runs, proven or not, where the system has a device for all interfaces. */
export function usedCapture(captures: readonly CaptureTry[]): CaptureTry | undefined {
  return captures.find(({ device, result }) => device === EVERY_INTERFACE && (result.kind === 'armed' || result.kind === 'unproven'));
}

function foundWords({ program, device, result }: CaptureTry): string {
  const on = device === EVERY_INTERFACE ? 'all interfaces' : device;
  if (result.kind !== 'armed') return `${nameOf(program)} runs on ${on}, but nothing proves that packets come`;
  return `${nameOf(program)} captures ${on}`;
}

function partOf({ program, result }: CaptureTry): Part {
  const state: WayState = result.kind === 'armed' ? 'works' : result.kind === 'unproven' ? 'part' : 'no';
  return { name: nameOf(program), state, found: resultWords(result) };
}

function resultWords(result: CaptureResult): string {
  switch (result.kind) {
    case 'armed': {
      const lacks = [...(result.isDrained ? [] : ['its last packets are not proven']), ...(result.countsLosses ? [] : ['it does not say what it loses'])];
      return [`showed a datagram of egret's own after ${result.ms} ms`, ...lacks].join('; ');
    }
    case 'missing':
      return 'not installed';
    case 'forbidden':
      return `may not capture${result.said === '' ? '' : `: ${result.said}`}`;
    case 'no-device':
      return `has no such interface${result.said === '' ? '' : `: ${result.said}`}`;
    default:
      return result.said;
  }
}

function blindWords({ container, platform }: MachineFacts, seesOthers: boolean): string {
  return [
    'what is inside TLS',
    container === undefined ? 'what containers and other network namespaces send, until it passes this one' : 'whatever is outside this container',
    ...(platform !== 'linux' ? ['which program sent it'] : seesOthers ? [] : ['which program of another user sent it']),
  ].join('; ');
}

function unprovenAdvice({ program, result }: CaptureTry, captures: readonly CaptureTry[]): readonly Advice[] {
  const better = captures.find((one) => one.result.kind === 'armed');
  if (result.kind !== 'armed' && better !== undefined) return [{ text: `take ${nameOf(better.program)}, which works`, commands: [`egret run --capture-with ${better.program} -- COMMAND`] }];
  return result.kind === 'armed' || program === 'pcap' ? [] : [{ text: 'see by hand whether packets come', commands: [`${program} -i any -c 5`] }];
}

/** What is nearest to a capture: a right for what is installed, else a program. */
function captureAdvice(machine: MachineFacts, captures: readonly CaptureTry[]): readonly Advice[] {
  const forbidden = captures.filter(({ result }) => result.kind === 'forbidden');
  const broken = captures.find(({ result }) => result.kind === 'failed' || result.kind === 'no-device');
  if (machine.platform === 'win32') return forbidden.length > 0 || broken !== undefined ? [{ text: 'start egret as administrator, or install Npcap for all users', commands: [] }] : [{ text: 'install Wireshark, with Npcap, from wireshark.org', commands: [] }];
  if (forbidden.length > 0) return [rightsAdvice(machine, forbidden.some(({ program }) => program === 'dumpcap'))];
  if (broken !== undefined && broken.program !== 'pcap') return [{ text: 'look at what it says by hand', commands: [`${broken.program} -i ${broken.device} -c 5`] }];
  return [installAdvice(machine)];
}

function rightsAdvice(machine: MachineFacts, hasProgram: boolean): Advice {
  const { isRoot, isInUserNamespace, container, platform } = machine;
  if (isRoot && isInUserNamespace) return { text: 'root here is root of a user namespace, which may not capture outside it: start egret outside', commands: [] };
  if (isRoot && container !== undefined) return { text: 'start the container with the right to capture', commands: [`${container === 'podman' ? 'podman' : 'docker'} run --cap-add=NET_RAW --cap-add=NET_ADMIN …`] };
  if (isRoot) return { text: 'give this process CAP_NET_RAW and CAP_NET_ADMIN, which it lacks although it is root', commands: [] };
  if (hasProgram || platform === 'darwin') return { text: `let your user capture${AGAIN}`, commands: permitDumpcap(machine) };
  if (hasDumpcap(machine)) return { text: `install dumpcap and let your user capture${AGAIN}`, commands: [...installCapture(machine), ...permitDumpcap(machine)] };
  return { text: 'let all users capture by it', commands: [permitFile('tcpdump')] };
}

function installAdvice(machine: MachineFacts): Advice {
  const { isRoot, platform, addPackage, capabilities } = machine;
  const commands = installCapture(machine);
  if (commands.length === 0) {
    const mayBySelf = isRoot || capabilities?.netRaw === true;
    return { text: `install dumpcap (of Wireshark) or tcpdump${mayBySelf ? '; or the npm package, which needs a compiler and the headers of libpcap' : ''}`, commands: mayBySelf ? [`${addPackage} pcap`] : [] };
  }
  if (isRoot) return { text: 'install a program that captures', commands };
  if (platform === 'linux' && !hasDumpcap(machine)) return { text: 'install a program that captures, and let all users capture by it', commands: [...commands, permitFile('tcpdump')] };
  return { text: `install dumpcap and let your user capture${AGAIN}`, commands: [...commands, ...permitDumpcap(machine)] };
}

function nameOf(program: CaptureTry['program']): string {
  return program === 'pcap' ? 'npm package pcap' : program;
}

/** Linux' name for all interfaces at once. */
const EVERY_INTERFACE = 'any';
/** New groups are those of new sessions. */
const AGAIN = ', then log in again';
