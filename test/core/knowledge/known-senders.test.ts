import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { normalHost, suffixKind } from '../../../src/core/base/host-name.ts';
import { ENCRYPTED_RESOLVERS } from '../../../src/core/knowledge/resolvers.ts';
import { findSenders, findSystemSender, KNOWN_SENDERS, type KnownSender } from '../../../src/core/knowledge/known-senders.ts';
import { isSystemProcess } from '../../../src/core/knowledge/system-processes.ts';
import { TELEMETRY_HOSTS } from '../../../src/core/knowledge/telemetry-hosts.ts';
import { ROOT } from '../../source-tree.ts';

const PLATFORMS = ['linux', 'macos', 'windows'] as const;
const identity = ({ pattern, shape, sender, what, platforms }: KnownSender): string => [pattern, shape ?? '', sender, what, platforms.join('+')].join(' | ');

/** Hosts that a shipped policy names, a label put in for each `*`. */
function shippedHosts(): string[] {
  const found: string[] = [];
  const visit = (value: unknown, key = ''): void => {
    if (typeof value === 'string' && (key === 'host' || key === 'hosts') && !value.startsWith('$')) found.push(value.replace('*', 'any'));
    else if (Array.isArray(value)) for (const each of value) visit(each, key);
    else if (typeof value === 'object' && value !== null) for (const [name, each] of Object.entries(value)) visit(each, name);
  };
  const folder = path.join(ROOT, 'policies');
  for (const file of readdirSync(folder)) visit(parse(readFileSync(path.join(folder, file), 'utf8')));
  return [...new Set(found)];
}

describe('the catalogue of known senders', () => {
  it('holds at least 120 rows, and rows of every role for every platform', () => {
    expect(KNOWN_SENDERS.length).toBeGreaterThanOrEqual(120);
    for (const platform of PLATFORMS) {
      const roles = new Set(KNOWN_SENDERS.filter((row) => row.platforms.includes(platform)).map(({ role }) => role));
      expect([...roles].sort()).toEqual(['framework', 'shared', 'system']);
    }
  });

  it.each(KNOWN_SENDERS.map((row) => [identity(row), row] as const))('states every field of %s', (_, row) => {
    expect(row.source).toMatch(/^https:\/\/[a-z0-9.-]+\/\S*$/);
    expect(row.date).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect([row.sender, row.what, row.why, row.stop].filter((text) => text.trim().length < 3)).toEqual([]);
    expect(row.platforms.length).toBeGreaterThan(0);
    expect((row.ports ?? []).filter((port) => !/^\d{1,5}\/(?:tcp|udp)$/.test(port))).toEqual([]);
  });

  it('holds no row twice', () => {
    const all = KNOWN_SENDERS.map(identity);
    expect(all.filter((one, index) => all.indexOf(one) !== index)).toEqual([]);
  });

  it('writes every pattern in normal form, with at most one leading wildcard above a registrable name', () => {
    for (const { pattern, shape } of KNOWN_SENDERS) {
      if (shape !== undefined || !pattern.includes('.')) continue;
      const host = pattern.startsWith('*.') ? pattern.slice(2) : pattern;
      expect(normalHost(host)).toBe(host);
      expect(`${pattern} ${String(suffixKind(host))}`).toBe(`${pattern} undefined`);
    }
  });

  it('makes a single label the system\'s only for the two that Windows looks up', () => {
    expect(KNOWN_SENDERS.filter(({ pattern, role, shape }) => role === 'system' && shape === undefined && !pattern.includes('.')).map(({ pattern }) => pattern)).toEqual(['wpad', 'isatap']);
  });

  it('reads the hosts of the shipped policies, which no row knows', () => {
    const hosts = shippedHosts();
    expect(hosts.length).toBeGreaterThan(8);
    expect(hosts).toContain('api.multiclaw.io');
    expect(hosts.filter((host) => findSenders(host).length > 0)).toEqual([]);
  });

  it('takes no telemetry host and no encrypted resolver for the system\'s', () => {
    const hosts = [...TELEMETRY_HOSTS.map(({ pattern }) => pattern.replace('*', 'any')), ...ENCRYPTED_RESOLVERS.flatMap((row) => row.hosts)];
    expect(hosts.filter((host) => PLATFORMS.some((platform) => findSystemSender(host, platform) !== undefined))).toEqual([]);
  });
});

describe('findSenders', () => {
  it.each<[string, string, string]>([
    ['an exact host', 'www.msftconnecttest.com', 'network connectivity status indicator'],
    ['a host below a wildcard', '4.tlu.dl.delivery.mp.microsoft.com', 'Windows Update'],
    ['an exact host before the wildcard above it', 'ctldl.windowsupdate.com', 'automatic root certificates update'],
    ['a nearer wildcard before a farther one', 'a.prod.do.dsp.mp.microsoft.com', 'Delivery Optimization'],
    ['a wildcard of a distribution before that of the pool', '2.debian.pool.ntp.org', 'time synchronisation'],
    ['a first label below any domain', 'wpad.corp.example', 'web proxy auto-discovery'],
    ['a random label', 'rociwefoie', 'intranet redirect detector'],
    ['the redirector of dictionaries', 'redirector.gvt1.com', 'spell-check dictionaries'],
  ])('knows %s', (_, name, what) => {
    expect(findSenders(name)[0]?.what).toBe(what);
  });

  it('finds a wildcard below a name of a hundred labels', () => {
    expect(findSenders(`${'a.'.repeat(100)}windowsupdate.com`)[0]?.what).toBe('Windows Update');
    expect(findSenders('a.prod.do.dsp.mp.microsoft.com').map(({ what }) => what)).toEqual(['Delivery Optimization']);
  });

  it.each(['gvt1.com', 'evil-windowsupdate.com', 'windowsupdate.com.evil.example', 'abcdef', 'abcdefghijklmnop', 'rociwef0ie', 'xwpad.corp.example', ''])('knows nothing of %j', (name) => {
    expect(findSenders(name)).toEqual([]);
  });

  it('leaves out rows of other platforms', () => {
    expect(findSenders('www.msftconnecttest.com', 'linux')).toEqual([]);
    expect(findSenders('redirector.gvt1.com', 'macos')).toEqual([]);
  });
});

describe('findSystemSender', () => {
  it.each<[string, string, (typeof PLATFORMS)[number], string | undefined]>([
    ['the system\'s own host', 'captive.apple.com', 'macos', 'macOS'],
    ['the same host on another platform', 'captive.apple.com', 'windows', undefined],
    ['a host that applications ask too', 'login.live.com', 'windows', undefined],
    ['a host of a browser', 'update.googleapis.com', 'windows', undefined],
    ['a shared host', 'mask.icloud.com', 'macos', undefined],
    ['revocation where the system verifies', 'ocsp.digicert.com', 'windows', 'Certificate verification of the system or the browser'],
    ['revocation where nobody but a browser does', 'ocsp.digicert.com', 'linux', undefined],
    ['a discovery label of Windows', 'wpad', 'windows', 'Windows'],
    ['the same label below a domain, which anybody may own', 'wpad.evil.example', 'windows', undefined],
    ['a random label, which may carry data', 'rociwefoie', 'windows', undefined],
  ])('%s', (_, name, platform, sender) => {
    expect(findSystemSender(name, platform)?.sender).toBe(sender);
  });
});

describe('isSystemProcess', () => {
  it('knows the programs of each platform by their own names only', () => {
    expect([isSystemProcess('svchost.exe', 'windows'), isSystemProcess('trustd', 'macos'), isSystemProcess('systemd-timesyn', 'linux')]).toEqual([true, true, true]);
    expect([isSystemProcess('svchost.exe', 'linux'), isSystemProcess('MultiClaw', 'macos'), isSystemProcess('SVCHOST.EXE', 'windows')]).toEqual([false, false, false]);
  });

  it('leaves out programs that work on behalf of applications', () => {
    expect([isSystemProcess('nsurlsessiond', 'macos'), isSystemProcess('backgroundTaskHost.exe', 'windows')]).toEqual([false, false]);
  });
});
