/** Machines that are not this one, as `egret doctor` would find them. */
import type { CaptureResult, CaptureTry, DoctorFacts, MachineFacts } from '../../../../src/core/report/doctor/facts.ts';

const SYSTEMS = {
  debian: { id: 'debian', like: [], name: 'Debian GNU/Linux 12 (bookworm)' },
  mint: { id: 'linuxmint', like: ['ubuntu', 'debian'], name: 'Linux Mint 22' },
  fedora: { id: 'fedora', like: [], name: 'Fedora Linux 42' },
  rocky: { id: 'rocky', like: ['rhel', 'centos', 'fedora'], name: 'Rocky Linux 9.5' },
  arch: { id: 'arch', like: [], name: 'Arch Linux' },
  suse: { id: 'opensuse-tumbleweed', like: ['opensuse', 'suse'], name: 'openSUSE Tumbleweed' },
  alpine: { id: 'alpine', like: [], name: 'Alpine Linux v3.21' },
  nixos: { id: 'nixos', like: [], name: 'NixOS 25.05' },
} as const;

/** A Linux of this name with a plain user, on whom nothing is installed. */
function linux(system: keyof typeof SYSTEMS, over: Partial<MachineFacts> = {}): MachineFacts {
  return {
    platform: 'linux', kernel: '6.12.9', architecture: 'x64', node: '24.2.0', system: SYSTEMS[system], isRoot: false, container: undefined,
    capabilities: { mask: '0', netRaw: false, netAdmin: false }, isInUserNamespace: false, hidesProcesses: false, userNamespaces: 'allowed',
    loopback: ['127.0.0.1', '::1'], addPackage: 'npm install -g', ...over,
  };
}

/** One without anything that only Linux has. */
function other(platform: 'darwin' | 'win32' | 'freebsd', over: Partial<MachineFacts> = {}): MachineFacts {
  return { ...linux('debian'), platform, kernel: '25.1.0', system: undefined, capabilities: undefined, userNamespaces: 'unknown', ...over };
}

const ROOT_RIGHTS = { isRoot: true, capabilities: { mask: '1fffeffffff', netRaw: true, netAdmin: true } };
const ARMED: CaptureResult = { kind: 'armed', ms: 120, isDrained: true, countsLosses: true };
const MISSING: CaptureResult = { kind: 'missing', said: '' };
const FORBIDDEN: CaptureResult = { kind: 'forbidden', said: 'You do not have permission to capture on device "any".' };

function captures(device: string, dumpcap: CaptureResult, tcpdump: CaptureResult, pcap: CaptureResult = MISSING): readonly CaptureTry[] {
  return [{ program: 'dumpcap', device, result: dumpcap }, { program: 'tcpdump', device, result: tcpdump }, { program: 'pcap', device, result: pcap }];
}

/** Facts of a machine where all but packets works. */
function facts(machine: MachineFacts, over: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    egret: '0.0.0-test',
    machine,
    proxy: { kind: 'works', ms: 12, bytes: 65_536 },
    captures: captures(machine.platform === 'linux' ? 'any' : 'lo0', MISSING, MISSING),
    owner: machine.platform === 'linux' ? { kind: 'found', ms: 3, asksKernel: false, seesOthers: machine.isRoot, sockets: 40 } : { kind: 'unsupported' },
    marks: { kind: 'works', ms: 2, folder: '/run/user/1000/egret' },
    wayOut: { forTunnels: undefined, forHttp: undefined, noProxy: [], mistakes: [] },
    terminal: { canDraw: true, columns: 100, kind: 'xterm-256color', multiplexer: undefined, hasColor: true, hasUnicode: true },
    ...over,
  };
}

/** Every sort of machine, by a sentence that says which. */
export const MACHINES: Readonly<Record<string, DoctorFacts>> = {
  'Debian, root, both programs': facts(linux('debian', ROOT_RIGHTS), { captures: captures('any', ARMED, ARMED) }),
  'Debian, a user of the group wireshark': facts(linux('debian'), { captures: captures('any', ARMED, FORBIDDEN) }),
  'Debian, a user who may not capture': facts(linux('debian'), { captures: captures('any', FORBIDDEN, FORBIDDEN) }),
  'Debian, a user, nothing installed': facts(linux('debian')),
  'Debian, root, nothing installed': facts(linux('debian', ROOT_RIGHTS)),
  'Mint, a user with tcpdump alone': facts(linux('mint'), { captures: captures('any', MISSING, FORBIDDEN) }),
  'Fedora, a user outside the group': facts(linux('fedora'), { captures: captures('any', { kind: 'forbidden', said: 'spawn dumpcap EACCES' }, MISSING) }),
  'Rocky, a user, nothing installed': facts(linux('rocky')),
  'Arch, a user, nothing installed': facts(linux('arch')),
  'openSUSE, a user, nothing installed': facts(linux('suse')),
  'Alpine, a user, nothing installed': facts(linux('alpine')),
  'Alpine, a user with tcpdump': facts(linux('alpine'), { captures: captures('any', MISSING, FORBIDDEN) }),
  'NixOS, a user, nothing installed': facts(linux('nixos')),
  'NixOS, root, nothing installed': facts(linux('nixos', ROOT_RIGHTS)),
  'NixOS, root with the npm package': facts(linux('nixos', ROOT_RIGHTS), { captures: captures('any', MISSING, MISSING, ARMED) }),
  'a container without the right to capture': facts(linux('debian', { isRoot: true, container: 'docker', capabilities: { mask: 'a80405fb', netRaw: false, netAdmin: false } }), { captures: captures('any', FORBIDDEN, FORBIDDEN) }),
  'root of a user namespace': facts(linux('debian', { ...ROOT_RIGHTS, isInUserNamespace: true }), { captures: captures('any', FORBIDDEN, FORBIDDEN) }),
  'a capture that shows nothing': facts(linux('debian', ROOT_RIGHTS), { captures: captures('any', { kind: 'unproven', said: 'it runs, but a datagram of egret\'s own was not seen' }, MISSING) }),
  'a first program that shows nothing, and a second that works': facts(linux('debian', ROOT_RIGHTS), { captures: captures('any', { kind: 'unproven', said: 'it runs, but a datagram of egret\'s own was not seen' }, ARMED) }),
  'a capture that counts no losses': facts(linux('debian', ROOT_RIGHTS), { captures: captures('any', { kind: 'armed', ms: 90, isDrained: false, countsLosses: false }, MISSING) }),
  'dumpcap that fails': facts(linux('debian', ROOT_RIGHTS), { captures: captures('any', { kind: 'failed', said: 'The capture session could not be initiated (\u001b[31moops\u001b[0m)' }, MISSING) }),
  'a /proc that hides processes': facts(linux('debian', { hidesProcesses: true }), { owner: { kind: 'failed', said: 'the owner of a socket of its own was not found' } }),
  'a machine of many sockets without koffi': facts(linux('debian', ROOT_RIGHTS), { owner: { kind: 'found', ms: 60, asksKernel: false, seesOthers: true, sockets: 12_000 } }),
  'macOS, an admin with ChmodBPF': facts(other('darwin'), { captures: captures('lo0', ARMED, ARMED) }),
  'macOS, a user': facts(other('darwin'), { captures: captures('lo0', MISSING, { kind: 'forbidden', said: 'lo0: You don\'t have permission to capture on that device' }) }),
  'Windows, nothing installed': facts(other('win32'), { captures: captures('\\Device\\NPF_Loopback', MISSING, MISSING), marks: { kind: 'failed', said: 'permission denied', folder: 'C:\\Temp\\egret--1' } }),
  'FreeBSD, nothing installed': facts(other('freebsd')),
  'no loopback': facts(linux('debian', { loopback: [] }), { proxy: { kind: 'failed', said: 'there is no address 127.0.0.1 here' }, owner: { kind: 'failed', said: 'there is no address 127.0.0.1 here' } }),
  'a sandbox that forbids servers, with packets': facts(linux('debian', ROOT_RIGHTS), { proxy: { kind: 'failed', said: 'permission denied' }, captures: captures('any', ARMED, MISSING) }),
  'a proxy beyond, by name': facts(linux('debian'), {
    wayOut: { forTunnels: { scheme: 'http', host: 'proxy.corp.example', port: 3128, hasPassword: true, answer: 'not-asked' }, forHttp: undefined, noProxy: ['localhost', '.corp.example', '10.0.0.0/8', '*.test', 'x.example'], mistakes: [] },
  }),
  'a dead proxy on this machine': facts(linux('debian'), {
    wayOut: { forTunnels: { scheme: 'socks5', host: '::1', port: 9, hasPassword: false, answer: 'silent' }, forHttp: { scheme: 'socks5', host: '::1', port: 9, hasPassword: false, answer: 'silent' }, noProxy: [], mistakes: [] },
  }),
  'a proxy variable that is none': facts(linux('debian'), { wayOut: { forTunnels: undefined, forHttp: undefined, noProxy: [], mistakes: ['HTTPS_PROXY names a proxy with the scheme quic://, which egret does not speak (http, socks5 and socks5h it does)'] } }),
  'a pipe, no UTF-8': facts(linux('debian'), { terminal: { canDraw: false, columns: undefined, kind: undefined, multiplexer: undefined, hasColor: false, hasUnicode: false } }),
  'tmux on a narrow terminal': facts(linux('debian'), { terminal: { canDraw: true, columns: 30, kind: 'tmux-256color', multiplexer: 'tmux', hasColor: true, hasUnicode: false } }),
};
