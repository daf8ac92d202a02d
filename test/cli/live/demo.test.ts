/** `egret demo` as its user runs it: the built program, its app, its servers, and what is left behind. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { portOf, until } from '../../edge/proxy/loopback.ts';
import { ROOT, sourceFiles } from '../../source-tree.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const folder = mkdtempSync(path.join(tmpdir(), 'egret-demo-'));
const at = (name: string): string => path.join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

class Demo {
  readonly child: ChildProcess;
  err = '';
  readonly ended: Promise<Ended>;

  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = folder) {
    this.child = spawn(process.execPath, [PROGRAM, 'demo', ...words], { cwd, env: { PATH: process.env['PATH'], ...env } });
    let out = '';
    this.child.stdout?.on('data', (data: Buffer) => (out += data.toString()));
    this.child.stderr?.on('data', (data: Buffer) => (this.err += data.toString()));
    this.ended = new Promise((done) => this.child.on('close', (code, signal) => done({ code, signal, out, err: this.err })));
  }
}

const demo = async (words: readonly string[], env?: Readonly<Record<string, string>>, cwd?: string): Promise<Ended> => new Demo(words, env, cwd).ended;

const REPORT = z.object({
  inputs: z.tuple([z.looseObject({ path: z.string(), packets: z.number(), witness: z.literal('proxy') })]),
  findings: z.array(z.looseObject({ rule: z.string(), severity: z.string(), subject: z.string() })),
  settings: z.looseObject({ features: z.array(z.string()), phases: z.array(z.looseObject({ phase: z.string(), to: z.string() })) }),
  entries: z.array(z.looseObject({ id: z.string(), standing: z.string() })),
  claims: z.array(z.looseObject({ id: z.string(), verdict: z.string() })),
  destinations: z.array(z.looseObject({ name: z.string(), port: z.number(), addresses: z.array(z.string()), component: z.string().optional() })),
});

function report(file: string): z.infer<typeof REPORT> {
  return REPORT.parse(JSON.parse(readFileSync(at(file), 'utf8')));
}

/** A report without what two demos cannot share: times, the free ports that they got, and the keys and digests made anew. */
function alike(file: string): unknown {
  return JSON.parse(readFileSync(at(file), 'utf8'), (key, value: unknown) => {
    if (TIMES.has(key) || DIGESTS.has(key)) return undefined;
    // An input's size counts the ticks of the clock that fell into it.
    if (isRecord(value) && value['witness'] === 'proxy') return { ...value, bytes: undefined };
    return typeof value === 'string' ? value.replaceAll(/\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?/g, 'TIME').replaceAll(/for [\d.]+ (?:µs|ms|s)/g, 'for a while').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT') : value;
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const TIMES: ReadonlySet<string> = new Set(['first', 'last', 'at', 'from', 'to', 'duration']);
const DIGESTS: ReadonlySet<string> = new Set(['sha256', 'spki']);

describe('egret demo', () => {
  it('shows what it promises, under the policy that egret brings', async () => {
    const { code, out, err } = await demo(['--quiet', '--format', 'json=story.json']);
    expect({ code, out, err }).toEqual({ code: 0, out: '', err: '' });
    const { findings, entries, claims, destinations, inputs, settings } = report('story.json');
    expect(findings.filter(({ severity }) => severity !== 'note').map(({ rule, severity, subject }) => [rule, severity, subject.replace(' (desktop)', '')])).toEqual([
      ['tls-intercepted', 'error', 'cdn.multiclaw.io:443/tcp'],
      ['undeclared-host', 'error', 'sync.updates-mirror.example:443/tcp'],
      ['telemetry-host', 'warning', 'o0.ingest.sentry.io'],
    ]);
    expect(new Set(findings.filter(({ severity }) => severity === 'note').map(({ rule }) => rule))).toEqual(new Set(['tables-disagree', 'tls-below-preferred']));
    const standing = (word: string): readonly string[] => entries.filter((entry) => entry.standing === word).map(({ id }) => id);
    expect(entries).toHaveLength(11);
    expect(standing('exercised')).toEqual(['cloud-api', 'cloud-websocket', 'updater']);
    expect(standing('blocked')).toEqual(['openai']);
    expect(standing('unproven')).toEqual(['turn', 'anthropic', 'gemini', 'pusher', 'microlink', 'favicon', 'mcp']);
    expect(claims.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id)).toEqual(['C12', 'C13', 'C17', 'C30']);
    expect(claims.filter(({ verdict }) => verdict === 'holds')).toEqual([]);
    expect(new Set(destinations.map(({ name, port, addresses }) => `${name} ${port} ${addresses.join(' ')}`))).toEqual(new Set([
      'api.multiclaw.io 443 203.0.113.10',
      'ws.multiclaw.io 443 203.0.113.11',
      'cdn.multiclaw.io 443 203.0.113.12',
      'api.openai.com 443 203.0.113.20',
      'sync.updates-mirror.example 443 203.0.113.40',
      '203.0.113.53 53 203.0.113.53',
    ]));
    expect([settings.features, settings.phases.map(({ phase }) => phase)]).toEqual([['openai'], ['launch']]);
    // Nobody shall take its report for one about the real hosts.
    expect(inputs[0].path).toMatch(/^a demo \(servers on this machine stood in for every host and address\) through proxy 127\.0\.0\.1:\d+$/);
    expect(inputs[0].packets).toBe(6);
  });

  it.runIf(process.platform === 'linux')('knows which process was which component, where the system tells', async () => {
    await demo(['--quiet', '--format', 'json=owners.json']);
    expect(Object.fromEntries(report('owners.json').destinations.map(({ name, component }) => [name, component]))).toEqual({
      'cdn.multiclaw.io': 'desktop', 'sync.updates-mirror.example': 'desktop', '203.0.113.53': 'desktop',
      'api.multiclaw.io': 'gateway', 'ws.multiclaw.io': 'gateway', 'api.openai.com': 'gateway',
    });
  });

  it('gives a report that fits the schema', async () => {
    await demo(['--quiet', '--format', 'json=schema.json']);
    const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(path.join(ROOT, 'docs/report.schema.json'), 'utf8')));
    validate(JSON.parse(readFileSync(at('schema.json'), 'utf8')));
    expect(validate.errors).toBeNull();
  });

  it('gives the same report again, also from its recording, also beside another demo', async () => {
    await Promise.all(['one', 'two', 'three'].map((name) => demo(['--quiet', '--format', `json=${name}.json`, '--record', `${name}.ndjson`])));
    expect(alike('two.json')).toEqual(alike('one.json'));
    expect(alike('three.json')).toEqual(alike('one.json'));
    const again = spawn(process.execPath, [PROGRAM, 'audit', 'one.ndjson', '-p', path.join(ROOT, 'policies/multiclaw.yaml'), '--quiet', '--format', 'json=again.json'], { cwd: folder });
    expect(await new Promise((done) => again.on('close', done))).toBe(1);
    expect(report('again.json').findings).toEqual(report('one.json').findings);
    expect(report('again.json').inputs[0].path).toBe(report('one.json').inputs[0].path);
  });

  it('tells the story in order while it goes, and ends with three commands', async () => {
    const { code, out, err } = await demo([]);
    expect(code).toBe(0);
    expect(out).toMatch(/^egret watched a demo \(servers on this machine stood in for every host and address\) through proxy/);
    expect(out.trimEnd()).toMatch(/Exit 0: --fail-on never; 10 open findings did not count\.$/);
    expect(err.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:PORT').split('\n')).toEqual([
      'The demo\'s app starts behind egret\'s proxy on 127.0.0.1:PORT. Its servers and its DNS are on this',
      'machine too; nothing leaves it.',
      '',
      'app    The desktop app looks for an update.',
      expect.stringMatching(/^egret {2}declared cdn\.multiclaw\.io:443: TLS 1\.2, \d+ bytes up, \d+ down, certificate issued by$/),
      '       mitmproxy, which re-signs TLS',
      '',
      'app    The gateway fetches its configuration.',
      expect.stringMatching(/^egret {2}declared api\.multiclaw\.io:443: TLS 1\.3, \d+ bytes up, \d+ down$/),
      '',
      'app    The gateway opens its event channel.',
      expect.stringMatching(/^egret {2}declared ws\.multiclaw\.io:443: TLS 1\.3, \d+ bytes up, \d+ down$/),
      '',
      'app    The gateway sends a task to a model, behind a firewall that resets it.',
      'egret  declared api.openai.com:443: its hello was answered by a reset',
      '',
      'app    The desktop app sends 20,000 bytes to a host that nobody declared.',
      expect.stringMatching(/^egret {2}undeclared sync\.updates-mirror\.example:443: TLS 1\.3, 2\d{4} bytes up, \d+ down$/),
      '',
      'app    The desktop app asks DNS where to report crashes, and leaves it at that.',
      'egret  forbidden o0.ingest.sentry.io: looked up, telemetry (crash) of Sentry',
      '',
      '',
      'Try next',
      '',
      expect.stringMatching(/^ {2}node \S+\/dist\/main\.js explain tls-intercepted$/),
      '      why a re-signed certificate is a finding, and what to do about it',
      expect.stringMatching(/^ {2}node \S+\/dist\/main\.js audit \S+\/capture\.pcapng -p \S+\/policies\/multiclaw\.yaml$/),
      '      the same policy, held against recorded packets',
      expect.stringMatching(/^ {2}node \S+\/dist\/main\.js run -- npm ping$/),
      '      a real program, watched; put your own app behind --',
      '',
    ]);
    const commands = err.split('\n').filter((line) => line.startsWith('  node ')).map((line) => line.trim().split(' ').slice(1));
    for (const [words, expected] of [[commands[0], 0], [commands[1], 1]] as const) {
      expect(await new Promise((done) => spawn(process.execPath, words ?? [], { cwd: folder }).on('close', done))).toBe(expected);
    }
  });

  it('fails where it is asked to', async () => expect((await demo(['--quiet', '--fail-on', 'warning'])).code).toBe(1));

  it('names every mistake', async () => {
    const { code, err } = await demo(['--fail-on', 'often', '--color', 'red']);
    expect(code).toBe(3);
    expect(err).toContain('--fail-on is error, warning, note or never, not "often"');
    expect(err).toContain('--color is auto, always or never, not "red"');
  });

  it('goes through no proxy of the user\'s, and opens no connection but on loopback', async () => {
    let asked = 0;
    const upstream = createServer((socket) => {
      asked++;
      socket.destroy();
    });
    await new Promise<void>((done) => upstream.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${portOf(upstream)}`;
    writeFileSync(at('spy.mjs'), SPY);
    const { code } = await demo(['--quiet', '--format', 'json=proxied.json'], { HTTP_PROXY: url, HTTPS_PROXY: url, ALL_PROXY: url, http_proxy: url, https_proxy: url, NODE_OPTIONS: `--import=${at('spy.mjs')}`, SPIED: at('dialled.txt') });
    upstream.close();
    expect([code, asked]).toEqual([0, 0]);
    expect(report('proxied.json').findings).toHaveLength(10);
    expect(readFileSync(at('dialled.txt'), 'utf8').trimEnd().split('\n')).toEqual(Array.from({ length: 6 }, () => '127.0.0.1'));
  });

  it('is not led astray by a wrong proxy variable, since it uses none', async () => expect((await demo(['--quiet'], { HTTPS_PROXY: 'nonsense://' })).code).toBe(0));

  it.each(['SIGINT', 'SIGTERM'] as const)('ends with its app at %s and reports what it saw', async (signal) => {
    const mark = `${folder}/${signal}`;
    const running = new Demo(['--format', `json=${signal}.json`], { PATH: `${process.env['PATH'] ?? ''}${path.delimiter}${mark}` });
    await until(() => running.err.includes('\negret '));
    running.child.kill(signal);
    const { code } = await running.ended;
    expect([0, 5]).toContain(code);
    expect(report(`${signal}.json`).inputs).toHaveLength(1);
    await until(() => living(mark).length === 0);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not leave its app behind when it is killed', async () => {
    const mark = `${folder}/killed`;
    const running = new Demo([], { PATH: `${process.env['PATH'] ?? ''}${path.delimiter}${mark}` });
    await until(() => running.err.includes('\negret '));
    running.child.kill('SIGKILL');
    expect((await running.ended).signal).toBe('SIGKILL');
    await until(() => living(mark).length === 0);
  });
});

describe('servers that stand in', () => {
  it('can be given by no command but the demo', () => {
    expect(naming(/\bstandIn\b/)).toEqual(['src/cli/commands/demo.ts', 'src/cli/live/watch.ts']);
    expect(naming(/\.reach\b|\breach:/)).toEqual(['src/cli/commands/demo.ts', 'src/cli/live/watch.ts', 'src/edge/proxy/server.ts', 'src/edge/proxy/wire.ts']);
  });
});

/** Files outside core that have this word. */
function naming(word: RegExp): string[] {
  return sourceFiles().filter(({ file, text }) => !file.startsWith('src/core/') && word.test(text)).map(({ file }) => file);
}

/** Processes with this mark in their environment; where there is no /proc to look into, none is known. */
function living(mark: string): readonly string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(mark);
    } catch {
      return false;
    }
  });
}

/** Notes where this process connects to, in the place of its user's tools. */
const SPY = `
import { appendFileSync } from 'node:fs';
import { Socket } from 'node:net';
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...words) {
  const options = Array.isArray(words[0]) ? words[0][0] : words[0];
  if (options !== null && typeof options === 'object' && 'port' in options) appendFileSync(process.env.SPIED, options.host + '\\n');
  return connect.apply(this, words);
};
`;
