/** Packets beside the proxy, with real capture programs in a network namespace of the test's own: nothing of the machine is in it, nothing leaves it, and its end ends every program in it. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { obstacle } from '../../lab/commands.ts';
import { ROOT } from '../../source-tree.ts';

const PROGRAM = path.join(ROOT, 'dist/main.js');
const reason = obstacle(['tcpdump']);
if (reason !== undefined) {
  console.log(`captures beside the proxy skipped: ${reason}`);
  if (process.env['EGRET_REQUIRE_ALL'] === '1') throw new Error(`captures beside the proxy: ${reason}`);
}

const folder = mkdtempSync(path.join(tmpdir(), 'egret-capture-'));
beforeAll(() => {
  if (!existsSync(PROGRAM)) throw new Error('dist/main.js is not there: npm run build makes it');
  writeFileSync(path.join(folder, 'server.mjs'), SERVER);
  writeFileSync(path.join(folder, 'app.mjs'), APP);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Answers every request with its path. */
const SERVER = `
import { createServer } from 'node:http';
createServer((request, response) => response.setHeader('connection', 'close').end('hi ' + request.url)).listen(8080, '203.0.113.9');
`;

/** Words: \`via PATH\` asks through the proxy by hand, as Node 20 has no way to; \`raw HOST\` goes around it; \`hold HOST\` the same, slowly; \`udp PORT\` sends a datagram; \`wait MS\`. */
const APP = `
import { createSocket } from 'node:dgram';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
const agent = new Agent();
const [, host, port] = /^http:\\/\\/(.+):(\\d+)$/.exec(process.env.HTTP_PROXY);
const ACTS = {
  via: (what, done) => request({ agent, host, port, path: 'http://203.0.113.9:' + what, headers: { host: '203.0.113.9:' + what.split('/')[0] } }, (answer) => answer.resume().on('end', done)).on('error', done).end(),
  raw: (name, done) => { const socket = connect(8080, '203.0.113.9', () => socket.write('GET / HTTP/1.1\\r\\nHost: ' + name + '\\r\\n\\r\\n')); socket.resume().on('end', () => socket.end()).on('close', done); },
  udp: (to, done) => { const socket = createSocket('udp4'); socket.send('some data', Number(to), '203.0.113.9', () => { socket.close(); done(); }); },
  hold: (name, done) => { const socket = connect(8080, '203.0.113.9', () => setTimeout(() => socket.write('GET / HTTP/1.1\\r\\nHost: ' + name + '\\r\\n\\r\\n'), 900)); socket.resume().on('end', () => socket.end()).on('close', done); },
  wait: (ms, done) => setTimeout(done, Number(ms)),
};
const words = process.argv.slice(2);
for (let at = 0; at < words.length; at += 2) await new Promise((done) => ACTS[words[at]](words[at + 1], done));
`;

/** A namespace with loopback, a link `va`, a server at 203.0.113.9:8080, and `egret` and `app` as commands. */
const PRELUDE = `
ip link set lo up
ip link add va type veth peer name vb; ip link set va up; ip link set vb up; ip addr add 203.0.113.9/24 dev va
"$NODE" server.mjs & server=$!
until (: < /dev/tcp/203.0.113.9/8080) 2>/dev/null; do sleep 0.02; done
egret() { "$NODE" "$EGRET" "$@"; }
APP="$NODE app.mjs"
programs() { grep -lxE 'dumpcap|tcpdump' /proc/[0-9]*/comm 2>/dev/null | wc -l; }
kill_program() { for comm in $(grep -lx dumpcap /proc/[0-9]*/comm); do kill -9 "$(basename "$(dirname "$comm")")"; done; }
export -f kill_program
set_link() { ip link add vc type veth peer name vd; ip link set vc up; ip link set vd up; }
`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a script in a namespace of its own; process ids are too, so that its end is the end of all it started. */
async function inNamespace(script: string): Promise<Ended> {
  const child = spawn('unshare', ['--net', '--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-c', `${PRELUDE}${script}`], { cwd: folder, env: { PATH: process.env['PATH'], NODE: process.execPath, EGRET: PROGRAM, POLICY: path.join(ROOT, 'policies/strict.yaml'), NO_COLOR: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (data: Buffer) => (out += data.toString()));
  child.stderr.on('data', (data: Buffer) => (err += data.toString()));
  return new Promise((done) => child.on('close', (code) => done({ code, out, err })));
}

interface Shown {
  readonly inputs: readonly { readonly path: string; readonly scope: string; readonly packets: number }[];
  readonly blindSpots: readonly { readonly code: string; readonly count: number; readonly text: string }[];
  readonly destinations: readonly { readonly name?: string; readonly port: number; readonly transport: string; readonly count: number; readonly reached: string }[];
  readonly coverage: { readonly processesKnown: number };
  readonly claims: readonly { readonly id: string; readonly state: string; readonly needs: readonly { readonly need: string; readonly met: boolean }[] }[];
}

function reportOf(name: string): Shown {
  const shown: Shown = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
  return shown;
}

/** Without what differs by nature between a run and its recording. */
const plain = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'), (key, value: unknown) => (key === 'recording' ? undefined : value));
const spotsOf = (report: Shown): string[] => report.blindSpots.map(({ code, count }) => `${code} ${count}`).toSorted();
const contactsOf = (report: Shown): string[] => report.destinations.map(({ name, port, transport, count }) => `${name ?? 'nameless'} ${port}/${transport} ×${count}`).toSorted();

describe.skipIf(reason !== undefined)('packets beside the proxy', () => {
  it.each(['dumpcap', 'tcpdump'])('show what goes around it and count what goes through it once, by %s', async (program) => {
    const { out, err } = await inNamespace(`egret run --capture-with ${program} --format json=${program}.json -- $APP via 8080/a via 8081/refused raw around.example udp 9999; echo "exit $? left $(programs)"`);
    expect(err).toContain(`packets of all interfaces are captured by ${program}`);
    expect(out).toContain('exit 0 left 0');
    const report = reportOf(`${program}.json`);
    expect(contactsOf(report)).toEqual(['203.0.113.9 8080/tcp ×1', '203.0.113.9 8081/tcp ×1', 'around.example 8080/tcp ×1', 'nameless 9999/udp ×1']);
    // Who was so quick may be gone before anybody can look.
    expect(spotsOf(report).filter((spot) => !spot.startsWith('capture-ownerless '))).toEqual([]);
    expect(report.inputs).toMatchObject([{ scope: 'machine' }, { path: `capture of any (${program})`, scope: 'machine' }]);
  });

  it('are told with the process that was found at the first one, and left out where it is another\'s', async () => {
    const { out } = await inNamespace('(until [ -e go ]; do sleep 0.05; done; HTTP_PROXY=http://127.0.0.1:1 $APP hold other.example; touch done) & sleep 0.1; egret run --format json=owned.json -- bash -c "touch go; $APP hold own.example; until [ -e done ]; do sleep 0.05; done"; echo "exit $?"');
    expect(out).toContain('exit 0');
    const report = reportOf('owned.json');
    expect([contactsOf(report), spotsOf(report)]).toEqual([['own.example 8080/tcp ×1'], ['flows-of-others 1']]);
    expect(report.coverage.processesKnown).toBe(1);
  });

  it('are the app\'s where nothing else is there, and a recording gives the same report', async () => {
    const { out } = await inNamespace('egret run --scope app -p "$POLICY" --fail-on never --record own.ndjson --format json=own.json -- $APP via 8080/a raw around.example; echo "exit $?"; egret audit own.ndjson -p "$POLICY" --fail-on never --format json=again.json; echo "again $?"');
    expect(out).toMatch(/exit 0\n(?:.*\n)*again 0/);
    const report = reportOf('own.json');
    expect([spotsOf(report), report.inputs.map(({ scope }) => scope)]).toEqual([[], ['app', 'app']]);
    expect(plain('again.json')).toEqual(plain('own.json'));
  });

  it('take nothing away from claims where all is proven, and what is not proven does', async () => {
    await inNamespace('egret run -q --scope app -p "$POLICY" --format json=whole.json -- $APP via 8080/a; egret run -q --capture none -p "$POLICY" --format json=alone.json -- $APP via 8080/a; egret run -q --capture va -p "$POLICY" --format json=va.json -- $APP via 8080/a');
    expect(['whole', 'alone', 'va'].map((name) => needsOf(reportOf(`${name}.json`)))).toEqual([
      { 'start-covered': true, 'wire-complete': true }, { 'start-covered': true, 'wire-complete': false }, { 'start-covered': false, 'wire-complete': false },
    ]);
    expect(spotsOf(reportOf('va.json'))).toEqual(['capture-partial 1', 'capture-unarmed 1', 'capture-undrained 1']);
  });

  it('end when the capture program is killed, and the run goes on with the proxy', async () => {
    const { out, err } = await inNamespace('egret run --scope app --format json=killed.json -- bash -c "$APP via 8080/a; kill_program; $APP wait 500 via 8080/b raw unseen.example"; echo "exit $? left $(programs)"');
    expect(err).toContain('the capture of packets has ended (dumpcap was ended by SIGKILL); from now on only what goes through the proxy is seen');
    expect(out).toContain('exit 0 left 0');
    expect([contactsOf(reportOf('killed.json')), spotsOf(reportOf('killed.json'))]).toEqual([['203.0.113.9 8080/tcp ×2'], ['capture-ended 1']]);
  });

  it.each([['dumpcap', 'no longer'], ['tcpdump', 'The interface disappeared']])('end when the interface of %s vanishes', async (program, words) => {
    const { out, err } = await inNamespace(`set_link; egret run --capture vc --capture-with ${program} --format json=gone-${program}.json -- bash -c "$APP via 8080/a; ip link del vc; $APP wait 1500"; echo "exit $? left $(programs)"`);
    expect(err).toMatch(new RegExp(`the capture of packets has ended \\(.*${words}.*\\); from now on`));
    expect(out).toContain('exit 0 left 0');
    expect(spotsOf(reportOf(`gone-${program}.json`))).toContain('capture-ended 1');
  });

  it('are done without where they are not allowed, in one line that says what to do; insisting on them ends with 4', async () => {
    const { out, err } = await inNamespace(`cp -r "$(dirname "$EGRET")" public && chmod -R a+rX . && EGRET="$PWD/public/main.js"
      egret() { setpriv --reuid 65534 --regid 65534 --clear-groups "$NODE" "$EGRET" "$@"; }
      egret run --format json -- $APP via 8080/a; echo "auto $?"; for on in any lo nowhere0; do egret run --capture $on -- true; echo "$on $?"; done; egret run --capture-with tcpdump -- true; echo "tcpdump $?"`);
    expect(out).toContain('auto 0\nany 4\nlo 4\nnowhere0 4\ntcpdump 4\n');
    expect(out).toContain('"code":"proxy-only"');
    const lines = err.split('\n');
    expect(lines[0]).toBe('only what goes through the proxy is seen, no QUIC and nothing that ignores it: no packets, because dumpcap may not capture here; let your user capture (Debian: sudo dpkg-reconfigure wireshark-common && sudo usermod -aG wireshark $USER, then log in again), or run egret as root; egret doctor says more');
    expect(lines.filter((line) => line === 'egret: cannot capture packets: tcpdump may not capture here')).toHaveLength(1);
  });

  it('ends with 4 for an interface that is not there and programs that are not', async () => {
    const { out, err } = await inNamespace('egret run --capture nowhere0 -- true; echo "no interface $?"; PATH=/nowhere egret run --capture-with pcap -- /bin/true; echo "no package $?"');
    expect(out).toBe('no interface 4\nno package 4\n');
    expect(err).toContain('egret: cannot capture packets: there is no interface nowhere0');
    expect(err).toContain('egret: cannot capture packets: the npm package pcap is not installed');
  });

  it('are kept apart by two runs at once, whose sentinels and proxies are not the other\'s contacts', async () => {
    const { out } = await inNamespace('egret run -q --format json=one.json -- $APP wait 300 via 8080/one wait 300 & first=$!; egret run -q --format json=two.json -- $APP wait 300 via 8080/two wait 300; echo "two $?"; wait $first; echo "one $? left $(programs)"');
    expect(out).toContain('two 0\none 0 left 0');
    for (const name of ['one.json', 'two.json']) expect(contactsOf(reportOf(name)).filter((contact) => contact.includes('/udp'))).toEqual([]);
  });

  it('survive Ctrl-C at the terminal to the end of the app', async () => {
    const { out } = await inNamespace(`cat > slow.sh <<'END'
trap 'trap "" INT; $1 app.mjs raw late.example; exit 0' INT; touch up; sleep 20 & wait
END
      set -m; egret run -q --format json=late.json -- bash slow.sh "$NODE" & until [ -e up ]; do sleep 0.05; done; kill -INT -- -$!; wait $!; echo "exit $? left $(programs)"`);
    expect(out).toContain('left 0');
    expect(contactsOf(reportOf('late.json'))).toContain('late.example 8080/tcp ×1');
    expect(spotsOf(reportOf('late.json'))).not.toContain('capture-ended 1');
  });

  it('leave no program behind where egret is killed, once another packet comes', async () => {
    const { out } = await inNamespace(`"$NODE" "$EGRET" run -q -- sleep 5 & egret=$!; until [ "$(programs)" = 1 ]; do sleep 0.05; done; sleep 0.5; kill -9 $egret; wait $egret
      for try in $(seq 100); do (: < /dev/tcp/203.0.113.9/8080); [ "$(programs)" = 0 ] && break; sleep 0.05; done; echo "left $(programs)"`);
    expect(out).toContain('left 0');
  });

  it('of the whole machine are captured beside egret proxy where it is asked to', async () => {
    const { out, err } = await inNamespace('egret proxy --listen 127.0.0.1:8888 --capture auto --for 2s --format json=beside.json & until (: < /dev/tcp/127.0.0.1/8888) 2>/dev/null; do sleep 0.05; done; sleep 0.5; HTTP_PROXY=http://127.0.0.1:8888 $APP via 8080/a raw around.example; wait $!; echo "exit $?"');
    expect([out, err]).toMatchObject(['exit 0\n', expect.stringContaining('packets of all interfaces are captured by dumpcap')]);
    expect(contactsOf(reportOf('beside.json'))).toEqual(['203.0.113.9 8080/tcp ×1', 'around.example 8080/tcp ×1']);
  });
});

/** Whether some needs are met, of any claim that has them. */
function needsOf(report: Shown): Record<string, boolean> {
  const needs = report.claims.flatMap((claim) => claim.needs);
  return Object.fromEntries(['start-covered', 'wire-complete'].map((name) => [name, needs.filter(({ need }) => need === name).every(({ met }) => met)]));
}
