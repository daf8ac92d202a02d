/**
 * Commands for this system, to be copied: how a program is installed, and how
 * a user is let capture. By os-release or platform; where nothing is known of a
 * system there is no command rather than a guess.
 */
import type { MachineFacts } from './facts.ts';

type Manager = 'apt' | 'dnf' | 'pacman' | 'zypper' | 'apk';

/** Installs a capture program that suits the user: one that can be lent its rights (dumpcap), or for root the smaller one. */
export function installCapture(machine: MachineFacts): readonly string[] {
  const manager = managerOf(machine);
  if (machine.platform === 'darwin') return ['brew install wireshark'];
  if (manager === undefined) return [];
  return [`${sudo(machine)}${INSTALL[manager]} ${machine.isRoot ? 'tcpdump' : DUMPCAP[manager]}`];
}

/** Lets the user capture by dumpcap: each system has its way; elsewhere the right is put on the file. */
export function permitDumpcap(machine: MachineFacts): readonly string[] {
  const manager = managerOf(machine);
  if (machine.platform === 'darwin') return ['brew install --cask wireshark-chmodbpf'];
  if (machine.platform !== 'linux') return [];
  if (manager === 'apt') return ['sudo dpkg-reconfigure wireshark-common', JOIN_GROUP];
  if (manager === 'dnf' || manager === 'pacman' || manager === 'zypper') return [JOIN_GROUP];
  return [permitFile('dumpcap')];
}

/** Lets everybody capture by a program: Linux' capabilities on its file. */
export function permitFile(program: string): string {
  return `sudo setcap cap_net_raw,cap_net_admin+eip "$(sudo which ${program})"`;
}

/** Whether {@link installCapture} knows a package with dumpcap. */
export function hasDumpcap(machine: MachineFacts): boolean {
  const manager = managerOf(machine);
  return manager !== undefined && manager !== 'apk';
}

function managerOf({ system }: MachineFacts): Manager | undefined {
  if (system === undefined) return undefined;
  for (const id of [system.id, ...system.like]) {
    const manager = MANAGERS.get(id);
    if (manager !== undefined) return manager;
  }
  return undefined;
}

function sudo({ isRoot }: MachineFacts): string {
  return isRoot ? '' : 'sudo ';
}

const JOIN_GROUP = 'sudo usermod -aG wireshark "$USER"';
const INSTALL: Readonly<Record<Manager, string>> = { apt: 'apt install', dnf: 'dnf install', pacman: 'pacman -S', zypper: 'zypper install', apk: 'apk add' };
/** Alpine's users have mostly no sudo group at hand: the smaller program, whose file gets the right. */
const DUMPCAP: Readonly<Record<Manager, string>> = { apt: 'wireshark-common', dnf: 'wireshark-cli', pacman: 'wireshark-cli', zypper: 'wireshark', apk: 'tcpdump' };
/** ID and ID_LIKE of os-release (os-release(5)). */
const MANAGERS: ReadonlyMap<string, Manager> = new Map([
  ['debian', 'apt'],
  ['ubuntu', 'apt'],
  ['fedora', 'dnf'],
  ['rhel', 'dnf'],
  ['centos', 'dnf'],
  ['arch', 'pacman'],
  ['suse', 'zypper'],
  ['opensuse', 'zypper'],
  ['alpine', 'apk'],
]);
