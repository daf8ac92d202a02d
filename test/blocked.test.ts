/**
 * Blocked connections (claim C24): every row of the vendor's table by every
 * cause that can stop it. The report must name the layer and the vendor's words
 * on the effect. Recorded stories show some of it on real traffic; here each
 * row meets each cause in built packets, through the real readers.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alert, attemptFrames, ENCRYPTED_ALERT, ENCRYPTED_FLIGHT, PROXY, type Script, type TimedFrame } from './build/blocked-capture.ts';
import { runEgret } from './build/file-world.ts';
import { pcapFile } from './build/pcap.ts';
import { stories, STORY_POLICY } from './build/stories.ts';
import { ROOT } from './source-tree.ts';

interface Row {
  readonly id: string;
  readonly standing: string;
  readonly layer?: string;
  readonly effect?: string;
}

/** "Effect of blocking" of the article, row by row; the words are the vendor's. */
const EFFECTS: readonly (readonly [row: string, hosts: Readonly<Record<string, string>>, effect: string])[] = [
  ['MultiClaw Cloud (API / WebSocket)', { 'cloud-api': 'api.multiclaw.io', 'cloud-websocket': 'ws.multiclaw.io' }, 'The gateway cannot sync configuration or receive task assignments. Core app functionality stops.'],
  ['Auto-updater', { updater: 'cdn.multiclaw.io' }, "The app continues working but won't receive automatic updates. Download updates manually from the MultiClaw website."],
  ['TURN relay', { turn: 'turn.multiclaw.io' }, 'Cloud desktop sessions may fail if your network also blocks direct peer-to-peer connections.'],
  ['LLM providers', { openai: 'api.openai.com', anthropic: 'api.anthropic.com', gemini: 'generativelanguage.googleapis.com' }, "Tasks that use the blocked provider's models fail. Other configured providers remain available."],
  ['Pusher', { pusher: 'ws-mt1.pusher.com' }, 'SOP generation and skill compilation lose live progress indicators. The operations still complete in the background.'],
  ['Microlink', { microlink: 'api.microlink.io' }, 'Chat messages with URLs display without title previews.'],
  ['Google favicon', { favicon: 'www.google.com' }, 'Chat messages with tool-call URLs display without favicon icons.'],
  ['Custom MCP servers', { mcp: 'mcp.tools.example' }, 'The blocked server becomes unavailable. Other MCP servers and core functionality are unaffected.'],
];
const HOSTS = EFFECTS.flatMap(([, hosts]) => Object.entries(hosts));
const EFFECT_OF = new Map(EFFECTS.flatMap(([, hosts, effect]) => Object.keys(hosts).map((id) => [id, effect] as const)));

const after = (...steps: readonly Script[]): Script => (attempt) => { for (const step of steps) step(attempt); };
const resolved: Script = (attempt) => attempt.resolves();
const connected: Script = after(resolved, (attempt) => attempt.connects());
const greeted: Script = after(connected, (attempt) => attempt.hello());
const asked = (reply: { rcode?: number; addresses?: string[] }): Script => (attempt) => { attempt.asks(); attempt.answers(reply); };
const rejected = (type: number, code: number): Script => after(resolved, (attempt) => { attempt.syn(); attempt.rejectsSyn(type, code); });

type Cause = readonly [cause: string, layer: string, script: Script, family?: 6];
const CAUSES: readonly Cause[] = [
  ['NXDOMAIN', 'dns NXDOMAIN', asked({ rcode: 3 })],
  ['SERVFAIL', 'dns SERVFAIL', asked({ rcode: 2 })],
  ['REFUSED by the resolver', 'dns REFUSED', asked({ rcode: 5 })],
  ['a name with no address', 'dns no address', asked({})],
  ['the sinkhole 0.0.0.0', 'dns sinkhole', asked({ addresses: ['0.0.0.0'] })],
  ['the sinkhole 0.0.0.0 and no IPv6 address', 'dns sinkhole', (attempt) => { attempt.asks('A'); attempt.asks('AAAA'); attempt.answers({ addresses: ['0.0.0.0'] }, 'A'); attempt.answers({}, 'AAAA'); }],
  ['the sinkhole ::', 'dns sinkhole', asked({ addresses: ['::'] }), 6],
  ['the sinkhole 127.0.0.1', 'dns sinkhole', asked({ addresses: ['127.0.0.1'] })],
  ['a known block page', 'dns sinkhole', asked({ addresses: ['208.91.112.55'] })],
  ['no answer of the resolver', 'dns no answer', (attempt) => { attempt.asks(); attempt.wait(5); attempt.asks(); }],
  ['a RST to the SYN', 'tcp refused', after(resolved, (attempt) => { attempt.syn(); attempt.serverResets(); })],
  ['a SYN that nobody answers', 'tcp timeout', after(resolved, (attempt) => { attempt.syn(); attempt.wait(1); attempt.syn(); attempt.wait(2); attempt.syn(); })],
  ['network unreachable', 'tcp icmp 3/0 (network unreachable)', rejected(3, 0)],
  ['host unreachable', 'tcp icmp 3/1 (host unreachable)', rejected(3, 1)],
  ['port unreachable', 'tcp icmp 3/3 (port unreachable)', rejected(3, 3)],
  ['network prohibited', 'tcp icmp 3/9 (network administratively prohibited)', rejected(3, 9)],
  ['host prohibited', 'tcp icmp 3/10 (host administratively prohibited)', rejected(3, 10)],
  ['communication prohibited', 'tcp icmp 3/13 (administratively prohibited)', rejected(3, 13)],
  ['no IPv6 route', 'tcp icmp 1/0 (no route)', rejected(1, 0), 6],
  ['IPv6 communication prohibited', 'tcp icmp 1/1 (administratively prohibited)', rejected(1, 1), 6],
  ['IPv6 address unreachable', 'tcp icmp 1/3 (address unreachable)', rejected(1, 3), 6],
  ['IPv6 port unreachable', 'tcp icmp 1/4 (port unreachable)', rejected(1, 4), 6],
  ['a RST before any payload', 'tcp reset', after(connected, (attempt) => attempt.serverResets())],
  ['a RST after the hello', 'tls reset', after(greeted, (attempt) => attempt.serverResets())],
  ['a close after the hello', 'tls closed without an answer', after(greeted, (attempt) => attempt.closes())],
  ['silence after the hello', 'tls no answer', greeted],
  ['an alert of the server', 'tls rejected by server (handshake_failure)', after(greeted, (attempt) => { attempt.hears(alert(40)); attempt.closes(); })],
  ['a certificate that the client refuses in TLS 1.2', 'tls rejected by client (unknown_ca)', after(greeted, (attempt) => { attempt.serverHello12(); attempt.says(alert(48)); attempt.closes(); })],
  ['a certificate that the client refuses in TLS 1.3', 'tls rejected by client', after(greeted, (attempt) => { attempt.serverHello13(); attempt.hears(ENCRYPTED_FLIGHT); attempt.says(ENCRYPTED_ALERT); attempt.closes(); })],
];

const PROXY_CAUSES: readonly (readonly [status: number, words: string])[] = [[403, 'Forbidden'], [407, 'Proxy Authentication Required']];

const sheet = (proxy: string): string => `egret-run: 1
scope: app
features: [openai, anthropic, gemini, chat-links, tool-links, mcp, cloud-desktop]
variables: { mcp_hosts: [mcp.tools.example:443/tcp] }
local: [10.77.0.0/24, "2001:db8:77::/64"]
proxy: ${proxy}
`;

async function audited(frames: readonly TimedFrame[], proxy = 'none'): Promise<{ rows: readonly Row[]; text: string; claims: readonly { id: string; verdict: string }[] }> {
  const capture = pcapFile([...frames].sort((one, other) => one.at - other.at));
  const ran = await runEgret(['audit', 'x.pcap', '-p', STORY_POLICY, '--sheet', 'x.yaml', '--format', 'text,json=report.json'], { held: { 'x.pcap': capture, 'x.yaml': sheet(proxy) } });
  expect(ran.err).toBe('');
  const { entries, claims }: { entries: Row[]; claims: { id: string; verdict: string }[] } = JSON.parse(ran.files.get('report.json') ?? '{}');
  return { rows: entries, text: ran.out.replaceAll(/\s+/g, ' '), claims };
}

/** Of these rows: the standing, the layer and the effect, and whether the text says so. */
function blockedRows({ rows, text }: { rows: readonly Row[]; text: string }, ids: readonly string[]): readonly unknown[] {
  return rows.filter(({ id }) => ids.includes(id)).map(({ id, standing, layer, effect }) => ({ id, standing, layer, effect, isTold: text.includes(`Blocked: ${layer ?? '?'}. ${effect ?? '?'}`) }));
}

function expected(layers: Readonly<Record<string, string>>): readonly unknown[] {
  return Object.entries(layers).map(([id, layer]) => ({ id, standing: 'blocked', layer, effect: EFFECT_OF.get(id), isTold: true }));
}

const ALL = HOSTS.map(([id]) => id);
const addressOf = (index: number, family?: 6): string => (family === 6 ? `2001:db8:113::${index + 10}` : `203.0.113.${index + 10}`);

describe('a row that is blocked shows the layer and its effect', () => {
  it.each(CAUSES.map(([cause, layer, script, family]) => [cause, layer, script, family] as const))('%s is "%s" in every row', async (_cause, layer, script, family) => {
    const frames = HOSTS.flatMap(([, name], index) => attemptFrames({ name, address: addressOf(index, family), clientPort: 40_000 + index * 10 }, index * 20, script));
    // The capture goes on, so that nothing is merely cut by its end.
    const later = attemptFrames({ name: 'localhost', address: addressOf(0), clientPort: 50_000 }, 400, (attempt) => attempt.asks());
    const result = await audited([...frames, ...later]);
    expect(blockedRows(result, ALL)).toEqual(expected(Object.fromEntries(ALL.map((id) => [id, layer]))));
    expect(result.claims.find(({ id }) => id === 'C24')?.verdict).toBe('holds');
  });

  it.each(PROXY_CAUSES)('the status %i of a proxy is the layer in every row, and nothing counts as sent there', async (status, words) => {
    const frames = HOSTS.flatMap(([, name], index) => attemptFrames({ name, address: PROXY.address, clientPort: 40_000 + index * 10 }, index * 20, (attempt) => {
      attempt.connects();
      attempt.says(Buffer.from(`CONNECT ${name}:443 HTTP/1.1\r\nHost: ${name}:443\r\n\r\n`));
      attempt.hears(Buffer.from(`HTTP/1.1 ${status} ${words}\r\nContent-Length: 0\r\n\r\n`));
      attempt.closes();
    }));
    const result = await audited(frames, `{ address: ${PROXY.address}, port: ${PROXY.port}, variables-set: true }`);
    expect(blockedRows(result, ALL)).toEqual(expected(Object.fromEntries(ALL.map((id) => [id, `proxy ${status}`]))));
    expect(result.claims.find(({ id }) => id === 'C24')?.verdict).toBe('holds');
    expect(result.text).not.toContain('declared sent');
  });

  it('an ICMP error to a datagram of the TURN relay is of the layer UDP', async () => {
    const payload = Buffer.from('0001000021 12a442', 'latin1');
    const frames = attemptFrames({ name: 'turn.multiclaw.io', address: '203.0.113.13', clientPort: 40_000 }, 0, (attempt) => {
      attempt.resolves();
      attempt.datagram(3478, payload);
      attempt.rejectsDatagram(3478, payload, 3);
    });
    const result = await audited(frames);
    expect(blockedRows(result, ['turn'])).toEqual(expected({ turn: 'udp icmp 3/3 (port unreachable)' }));
  });

  it('a lookup of one family without an address blames nothing when the other has one', async () => {
    const frames = attemptFrames({ name: 'api.openai.com', address: '2001:db8:198::10', clientPort: 40_000 }, 0, (attempt) => {
      attempt.asks('A');
      attempt.answers({}, 'A');
      attempt.resolves();
    });
    expect((await audited(frames)).rows.find(({ id }) => id === 'openai')?.standing).toBe('unproven');
  });
});

describe('the policy gives the words of the article', () => {
  const policy: { connections: { id: string; blocked?: string }[] } = parse(readFileSync(path.join(ROOT, STORY_POLICY), 'utf8'));

  it.each(EFFECTS)('for the row %s', (_row, hosts, effect) => {
    expect(policy.connections.filter(({ id }) => Object.hasOwn(hosts, id)).map(({ blocked }) => blocked)).toEqual(Object.keys(hosts).map(() => effect));
  });
});

describe('recorded stories of blocked rows', () => {
  const told = stories().filter(({ expect: { layers } }) => Object.keys(layers).length > 0);

  it.each(told.map((story) => [story.name, story] as const))('%s names the layer that its sheet expects, and the effect', async (_name, story) => {
    const ran = await runEgret(['audit', story.capture, '-p', STORY_POLICY, '--format', 'text,json=report.json']);
    const { entries }: { entries: Row[] } = JSON.parse(ran.files.get('report.json') ?? '{}');
    expect(blockedRows({ rows: entries, text: ran.out.replaceAll(/\s+/g, ' ') }, ALL)).toEqual(expected(story.expect.layers));
  });

  it('together block every row at DNS, TCP, TLS and a proxy', () => {
    // Pusher's handshake is cut by the firewall itself, after its hello: nothing in the stories stops it in TCP.
    const stopped = HOSTS.map(([id]) => [id, [...new Set(told.map(({ expect: { layers } }) => layers[id]?.split(' ')[0] ?? ''))].toSorted()]);
    expect(stopped).toEqual(HOSTS.map(([id]) => [id, id === 'pusher' ? ['dns', 'proxy', 'tls'] : ['dns', 'proxy', 'tcp', 'tls']]));
  });
});
