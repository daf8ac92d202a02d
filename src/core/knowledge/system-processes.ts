/**
 * Names under which the operating system's own network programs run. A
 * capture's process name is what the program's file is called, which anybody
 * may choose, so it supports a verdict and proves none. Data only.
 */
import type { Platform } from './known-senders.ts';

/** Whether a process of this name is one of the platform's own. */
export function isSystemProcess(name: string, platform: Platform): boolean {
  return NAMES[platform].has(name);
}

/** Programs that work on behalf of applications (`nsurlsessiond`, `backgroundTaskHost.exe`) are none of them. macOS cuts names at 16 bytes in a capture, Linux at 15; the names here are as they are then seen. */
const NAMES: Readonly<Record<Platform, ReadonlySet<string>>> = {
  windows: new Set(['svchost.exe', 'System', 'lsass.exe', 'MsMpEng.exe', 'SearchHost.exe', 'wuauclt.exe', 'MoUsoCoreWorker.exe', 'smartscreen.exe']),
  macos: new Set(['mDNSResponder', 'apsd', 'trustd', 'timed', 'configd', 'captiveagent', 'softwareupdated', 'syspolicyd', 'cloudd', 'akd', 'rapportd', 'parsecd', 'mobileassetd', 'locationd', 'AssetCacheLocato']),
  linux: new Set(['systemd-resolve', 'systemd-timesyn', 'NetworkManager', 'chronyd', 'ntpd', 'packagekitd', 'snapd', 'fwupd', 'fwupdmgr', 'unattended-upgr', 'gnome-shell', 'gnome-software', 'avahi-daemon', 'dnf']),
};
