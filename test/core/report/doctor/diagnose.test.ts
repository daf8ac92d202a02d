import { describe, expect, it } from 'vitest';
import { NEEDS } from '../../../../src/core/judge/claim.ts';
import type { Diagnosis, Mode, Way } from '../../../../src/core/report/doctor/diagnosis.ts';
import { diagnose } from '../../../../src/core/report/doctor/diagnose.ts';
import { MACHINES } from './machines.ts';

function on(name: string): Diagnosis {
  const machine = MACHINES[name];
  if (machine === undefined) throw new Error(`there is no machine "${name}"`);
  return diagnose(machine);
}

function way(name: string, id: Way['id']): Way {
  const found = on(name).ways.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no way ${id}`);
  return found;
}

const commands = (name: string, id: Way['id']): readonly string[] => way(name, id).advice.flatMap((advice) => advice.commands);
const outlook = (name: string, need: string): string | undefined => on(name).needs.find((one) => one.need === need)?.outlook;
const GROUP = 'sudo usermod -aG wireshark "$USER"';
const SETCAP = 'sudo setcap cap_net_raw,cap_net_admin+eip "$(sudo which tcpdump)"';

describe('what egret run would take', () => {
  it.each<readonly [machine: string, mode: Mode, exit: number, says: RegExp]>([
    ['Debian, root, both programs', 'proxy-and-packets', 0, /all interfaces by dumpcap\.$/],
    ['Debian, a user of the group wireshark', 'proxy-and-packets', 0, /all interfaces by dumpcap\.$/],
    ['NixOS, root with the npm package', 'proxy-and-packets', 0, /by the npm package pcap\.$/],
    ['a capture that shows nothing', 'proxy-and-packets', 0, /by dumpcap\.$/],
    ['Debian, a user who may not capture', 'proxy', 0, /its proxy alone/],
    ['a first program that shows nothing, and a second that works', 'proxy-and-packets', 0, /by dumpcap\.$/],
    ['dumpcap that fails', 'proxy', 0, /its proxy alone/],
    ['macOS, an admin with ChmodBPF', 'proxy', 0, /its proxy alone/],
    ['Windows, nothing installed', 'proxy', 0, /its proxy alone/],
    ['no loopback', 'none', 4, /proxy cannot be reached, and no capture/],
    ['a sandbox that forbids servers, with packets', 'none', 4, /captured by hand \(dumpcap\)/],
    ['a proxy variable that is none', 'proxy', 0, /^Once the proxy variables are corrected/],
  ])('on %s is %s', (machine, mode, exit, says) => {
    expect(on(machine)).toMatchObject({ mode, exit, says: expect.stringMatching(says) });
  });
});

describe('what claims can rest on', () => {
  it.each(Object.keys(MACHINES))('is said of every need in its order, or of none where nothing works: %s', (machine) => {
    const { mode, needs } = on(machine);
    expect(needs.map(({ need }) => need)).toEqual(mode === 'none' ? [] : NEEDS);
    expect(needs.filter(({ why }) => why === '')).toEqual([]);
  });
  it.each<readonly [machine: string, need: string, outlook: string]>([
    ['Debian, root, both programs', 'wire-complete', 'can'],
    ['Debian, root, both programs', 'dns-in-clear', 'depends'],
    ['Debian, a user, nothing installed', 'wire-complete', 'cannot'],
    ['Debian, a user, nothing installed', 'dns-in-clear', 'cannot'],
    ['Debian, a user, nothing installed', 'start-covered', 'can'],
    ['a capture that shows nothing', 'start-covered', 'cannot'],
    ['a capture that shows nothing', 'wire-complete', 'cannot'],
    ['a capture that counts no losses', 'start-covered', 'can'],
    ['a capture that counts no losses', 'end-covered', 'cannot'],
    ['a capture that counts no losses', 'wire-complete', 'cannot'],
    ['macOS, a user', 'process-complete', 'cannot'],
    ['Windows, nothing installed', 'marks-present', 'can'],
    ['a /proc that hides processes', 'process-complete', 'cannot'],
  ])('on %s: %s %s', (machine, need, expected) => expect(outlook(machine, need)).toBe(expected));
});

describe('commands for packets', () => {
  it.each<readonly [machine: string, commands: readonly string[]]>([
    ['Debian, root, both programs', []],
    ['Debian, a user of the group wireshark', []],
    ['Debian, a user who may not capture', ['sudo dpkg-reconfigure wireshark-common', GROUP]],
    ['Debian, a user, nothing installed', ['sudo apt install wireshark-common', 'sudo dpkg-reconfigure wireshark-common', GROUP]],
    ['Debian, root, nothing installed', ['apt install tcpdump']],
    ['Mint, a user with tcpdump alone', ['sudo apt install wireshark-common', 'sudo dpkg-reconfigure wireshark-common', GROUP]],
    ['Fedora, a user outside the group', [GROUP]],
    ['Rocky, a user, nothing installed', ['sudo dnf install wireshark-cli', GROUP]],
    ['Arch, a user, nothing installed', ['sudo pacman -S wireshark-cli', GROUP]],
    ['openSUSE, a user, nothing installed', ['sudo zypper install wireshark', GROUP]],
    ['Alpine, a user, nothing installed', ['sudo apk add tcpdump', SETCAP]],
    ['Alpine, a user with tcpdump', [SETCAP]],
    ['NixOS, a user, nothing installed', []],
    ['NixOS, root, nothing installed', ['npm install -g pcap']],
    ['a container without the right to capture', ['docker run --cap-add=NET_RAW --cap-add=NET_ADMIN …']],
    ['root of a user namespace', []],
    ['a capture that shows nothing', ['dumpcap -i any -c 5']],
    ['a first program that shows nothing, and a second that works', ['egret run --capture-with tcpdump -- COMMAND']],
    ['dumpcap that fails', ['dumpcap -i any -c 5']],
    ['macOS, an admin with ChmodBPF', ['egret run --capture en0 -- COMMAND']],
    ['macOS, a user', ['brew install --cask wireshark-chmodbpf']],
    ['Windows, nothing installed', []],
    ['FreeBSD, nothing installed', []],
  ])('on %s', (machine, expected) => expect(commands(machine, 'packets')).toEqual(expected));

  it.each(Object.keys(MACHINES))('are never asked of nobody: a way that does not work says what to do: %s', (machine) => {
    const silent = on(machine).ways.filter(({ id, state, advice }) => state === 'no' && id !== 'owners' && advice.length === 0);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });
  it('hold sudo for users alone', () => {
    const ofRoot = Object.entries(MACHINES).filter(([, { machine }]) => machine.isRoot).flatMap(([name]) => commands(name, 'packets'));
    expect([ofRoot.length > 0, ofRoot.filter((command) => command.includes('sudo'))]).toEqual([true, []]);
  });
});

describe('a way', () => {
  it('shows each program with its answer', () => {
    expect(way('macOS, a user', 'packets').parts.map(({ name, found }) => [name, found])).toEqual([
      ['dumpcap', 'not installed'], ['tcpdump', 'may not capture: lo0: You don\'t have permission to capture on that device'], ['npm package pcap', 'not installed'],
    ]);
  });
  it('by packets of single interfaces works in part', () => expect(way('macOS, an admin with ChmodBPF', 'packets').state).toBe('part'));
  it('in a container cannot see outside it', () => expect(way('a container without the right to capture', 'packets').blind).toContain('outside this container'));
  it('of owners works in part where those of others are hidden', () => {
    expect(way('Debian, a user, nothing installed', 'owners')).toMatchObject({ state: 'part', blind: expect.stringContaining('processes of other users') });
    expect(way('Debian, root, both programs', 'owners').state).toBe('works');
  });
  it('of owners names koffi only where the tables are long', () => {
    expect(commands('a machine of many sockets without koffi', 'owners')).toEqual(['npm install -g koffi']);
    expect(commands('Debian, root, both programs', 'owners')).toEqual([]);
  });
  it('out names the proxy beyond without its password, and what goes around it', () => {
    expect(way('a proxy beyond, by name', 'way-out')).toMatchObject({ state: 'works', found: 'HTTPS goes by http://***@proxy.corp.example:3128, which was not asked; plain HTTP goes straight; but for NO_PROXY (localhost, .corp.example, 10.0.0.0/8, *.test, …)' });
  });
  it('out works in part where nobody listens, and not where a variable cannot be used', () => {
    expect(way('a dead proxy on this machine', 'way-out')).toMatchObject({ state: 'part', found: 'everything goes by socks5://[::1]:9, where nobody listens' });
    expect(way('a proxy variable that is none', 'way-out').state).toBe('no');
  });
  it.each<readonly [machine: string, state: string, found: string]>([
    ['Debian, root, both programs', 'works', 'can be drawn (egret run --screen): xterm-256color, 100 columns, colours, UTF-8'],
    ['tmux on a narrow terminal', 'part', 'can be drawn (egret run --screen): tmux-256color, 30 columns, in tmux, colours, ASCII only'],
    ['a pipe, no UTF-8', 'part', 'standard input or standard error is no terminal: a run writes a line for each new destination instead'],
  ])('on the screen of %s works: %s', (machine, state, found) => expect(way(machine, 'screen')).toMatchObject({ state, found }));
  it('by marks is planned where nobody can listen', () => expect(way('Windows, nothing installed', 'marks').advice[0]?.text).toContain('--phases FILE'));
});
