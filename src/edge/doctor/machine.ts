/** What of this machine bears on what can be seen: read from the system's own files, and tried where only a try tells. What cannot be read is unknown, never guessed. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { arch, networkInterfaces, platform, release, userInfo } from 'node:os';
import type { MachineFacts } from '../../core/report/doctor/facts.ts';
import { canonicalAddress } from '../../core/base/address.ts';

type Known = Pick<MachineFacts, 'node' | 'addPackage'>;

export async function machineFacts(env: Readonly<Record<string, string | undefined>>, known: Known): Promise<MachineFacts> {
  const status = textOf('/proc/self/status');
  const isLinux = platform() === 'linux';
  return {
    platform: platform(),
    kernel: release(),
    architecture: arch(),
    node: known.node,
    system: systemOf(textOf('/etc/os-release') ?? textOf('/usr/lib/os-release')),
    isRoot: userOf(status) === 0,
    container: isLinux ? containerOf(env) : undefined,
    capabilities: capabilitiesOf(status),
    isInUserNamespace: isNested(textOf('/proc/self/uid_map')),
    hidesProcesses: isLinux && textOf('/proc/1/status') === undefined,
    userNamespaces: isLinux ? await tryUserNamespace(env) : 'unknown',
    loopback: Object.values(networkInterfaces()).flatMap((found) => found ?? []).filter(({ internal }) => internal).map(({ address }) => canonicalAddress(address) ?? address),
    addPackage: known.addPackage,
  };
}

/** ID, ID_LIKE and the name for people of os-release(5); its values may be quoted. */
export function systemOf(text: string | undefined): MachineFacts['system'] {
  if (text === undefined) return undefined;
  const values = new Map([...text.matchAll(/^([A-Z_]+)=(?:"([^"\n]*)"|'([^'\n]*)'|([^\n]*))$/gm)].map(([, name = '', double, single, bare]) => [name, (double ?? single ?? bare ?? '').trim()]));
  const id = values.get('ID');
  if (id === undefined) return undefined;
  return { id, like: (values.get('ID_LIKE') ?? '').split(' ').filter((word) => word !== ''), name: values.get('PRETTY_NAME') ?? values.get('NAME') ?? id };
}

/** CapEff of proc_pid_status(5); the numbers are those of capabilities(7). */
export function capabilitiesOf(status: string | undefined): MachineFacts['capabilities'] {
  const mask = /^CapEff:\s*([0-9a-f]{1,16})$/m.exec(status ?? '')?.[1];
  if (mask === undefined) return undefined;
  const bits = BigInt(`0x${mask}`);
  const has = (bit: bigint): boolean => ((bits >> bit) & 1n) === 1n;
  return { mask: bits.toString(16), netAdmin: has(12n), netRaw: has(13n) };
}

/** Whether user ids are mapped (user_namespaces(7)): only the machine's own namespace maps all of them to themselves. */
export function isNested(map: string | undefined): boolean {
  return map !== undefined && !/^\s*0\s+0\s+4294967295\s*$/.test(map);
}

function userOf(status: string | undefined): number {
  const effective = /^Uid:\t\d+\t(\d+)/m.exec(status ?? '')?.[1];
  if (effective !== undefined) return Number(effective);
  try {
    return userInfo().uid;
  } catch {
    return -1;
  }
}

function containerOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (existsSync('/.dockerenv')) return 'docker';
  if (existsSync('/run/.containerenv')) return 'podman';
  if ((env['KUBERNETES_SERVICE_HOST'] ?? '') !== '') return 'kubernetes';
  const told = textOf('/run/systemd/container')?.trim() ?? env['container'];
  if (told !== undefined && /^[\w-]{1,32}$/.test(told)) return told;
  return /\b(docker|kubepods|lxc|libpod|containerd)\b/.exec(textOf('/proc/1/cgroup') ?? '')?.[1];
}

/** Makes one and lets it go; where `unshare` is not installed the kernel's switches may say that it is forbidden. */
async function tryUserNamespace(env: Readonly<Record<string, string | undefined>>): Promise<MachineFacts['userNamespaces']> {
  const outcome = await new Promise<'allowed' | 'refused' | 'missing'>((done) => {
    execFile('unshare', ['--user', 'true'], { env: { ...env, LC_ALL: 'C' }, timeout: PROGRAM_WAIT, windowsHide: true }, (error) => done(error === null ? 'allowed' : error.code === 'ENOENT' ? 'missing' : 'refused'));
  });
  if (outcome !== 'missing') return outcome;
  const forbids = SWITCHES.some(([file, value]) => textOf(file)?.trim() === value);
  return forbids ? 'refused' : 'unknown';
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** In ms; it does nothing but begin and end. */
const PROGRAM_WAIT = 2_000;
const SWITCHES: readonly (readonly [file: string, value: string])[] = [
  ['/proc/sys/user/max_user_namespaces', '0'],
  ['/proc/sys/kernel/unprivileged_userns_clone', '0'],
  ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1'],
];
