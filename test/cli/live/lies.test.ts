/** An app that knows that it is watched, and what egret answers: nothing that it does may turn into a promise kept. Real runs on a machine and an internet of the test's own. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NAMELESS } from './stage/programs.ts';
import { type Shown, Stage, stageObstacle } from './stage/stage.ts';

const reason = stageObstacle('lies of an app');
const RUN = 'egret run -q -p "$POLICY" --with none --fail-on never --capture any';

/** The app's acts in shell words; contacts and blind spots that the report must have; claims that hold all the same, of those that a clean app keeps. */
interface Lie {
  readonly scope?: 'app' | 'machine';
  readonly before?: string;
  readonly acts: string;
  readonly contacts: readonly string[];
  readonly spots: readonly string[];
  readonly claims: Readonly<Record<string, string>>;
}

const KEPT = { C12: 'holds', C13: 'holds', C18: 'holds' };
const PAUSE = 'for comm in $(grep -lx dumpcap /proc/[0-9]*/comm); do kill -STOP $(basename $(dirname $comm)); done';
const VIA = 'api.multiclaw.io 443/tcp via';
const DNS = '203.0.113.53 53/udp';

const LIES: Readonly<Record<string, Lie>> = {
  'does nothing wrong': { acts: 'via api.multiclaw.io', contacts: [VIA, DNS], spots: [], claims: KEPT },
  'pauses the capture program, and wakes nobody': {
    // Until what was captured before has been handed on.
    acts: `via api.multiclaw.io shell 'sleep 1.5; ${PAUSE}' around collector.acme-metrics.example`,
    contacts: [VIA, DNS], spots: ['capture-uncounted', 'capture-undrained'],
    claims: { C12: 'not-observable end-covered wire-complete', C13: 'not-observable end-covered wire-complete', C18: 'not-observable wire-complete' },
  },
  'pauses it and wakes it again': {
    acts: `via api.multiclaw.io shell '${PAUSE}' around collector.acme-metrics.example shell '${PAUSE.replace('STOP', 'CONT')}'`,
    contacts: ['198.51.100.50 443/tcp collector.acme-metrics.example', VIA, DNS], spots: [], claims: { C12: 'broken', C13: 'holds', C18: 'broken' },
  },
  'speaks over a socket that was opened before the run, and calls itself the only program there': {
    scope: 'app', before: '0<>/dev/tcp/198.51.100.50/80', acts: 'via api.multiclaw.io inherited collector.acme-metrics.example',
    contacts: [VIA, DNS], spots: ['flows-of-others'], claims: { C12: 'not-observable scope-known', C13: 'not-observable scope-known', C18: 'not-observable scope-known' },
  },
  'leaves a program of another session behind, which connects when egret has gone': {
    acts: 'via api.multiclaw.io shell "setsid bash -c \\"exec >/dev/null 2>&1 </dev/null; sleep 20; : </dev/tcp/198.51.100.50/80\\" &"',
    contacts: [VIA, DNS], spots: ['capture-outlived'], claims: { C12: 'not-observable end-covered', C13: 'not-observable end-covered', C18: 'holds' },
  },
  'lets a program of another session, name and environment connect, and be gone before it ends': {
    scope: 'machine', acts: `via api.multiclaw.io shell "setsid env -i bash -c 'exec -a systemd-resolved bash -c \\": </dev/tcp/198.51.100.50/443; sleep 0.4\\"' & sleep 0.8"`,
    contacts: ['198.51.100.50 443/tcp', VIA, DNS], spots: ['capture-ownerless'], claims: { C12: 'not-observable names-complete', C13: 'not-observable names-complete', C18: 'holds' },
  },
  'unsets the variables, and asks the proxy for the same host first': {
    acts: 'via api.multiclaw.io shell "env -u HTTPS_PROXY -u HTTP_PROXY $NODE app.mjs around api.multiclaw.io"',
    contacts: ['203.0.113.10 443/tcp api.multiclaw.io', VIA, DNS], spots: [], claims: { C12: 'holds', C13: 'holds', C18: 'broken' },
  },
  'goes straight to an address that the proxy resolved, under another name': {
    acts: 'via api.multiclaw.io around shared.acme-metrics.example',
    contacts: ['203.0.113.10 443/tcp shared.acme-metrics.example', VIA, DNS], spots: [], claims: { C12: 'broken', C13: 'holds', C18: 'broken' },
  },
  'brings its own proxy, and asks it for a declared host': {
    acts: `via api.multiclaw.io shell "HTTPS_PROXY=http://${NAMELESS}:80 $NODE app.mjs via ws.multiclaw.io"`,
    contacts: [VIA, 'ws.multiclaw.io 443/tcp via', DNS], spots: [], claims: { C12: 'not-observable scope-known', C13: 'not-observable scope-known', C18: 'broken' },
  },
  'sends from a network namespace of its own': {
    acts: `via api.multiclaw.io shell "ip link add v0 type veth peer name v1; ip addr add 10.99.0.1/24 dev v0; ip link set v0 up; echo 1 > /proc/sys/net/ipv4/ip_forward; unshare -n sleep 5 & p=\\$!; sleep 0.2; ip link set v1 netns \\$p; nsenter -t \\$p -n ip addr add 10.99.0.2/24 dev v1; nsenter -t \\$p -n ip link set v1 up; nsenter -t \\$p -n ip route add default via 10.99.0.1; nsenter -t \\$p -n bash -c 'echo hi > /dev/udp/${NAMELESS}/9999'; sleep 0.2; kill \\$p"`,
    contacts: [`${NAMELESS} 9999/udp`, VIA, DNS], spots: [], claims: { C12: 'not-observable names-complete', C13: 'not-observable names-complete', C18: 'holds' },
  },
  'sends to a group': {
    acts: 'via api.multiclaw.io datagram 224.0.0.250/5555',
    contacts: ['224.0.0.250 5555/udp', VIA, DNS], spots: [], claims: KEPT,
  },
};

describe.skipIf(reason !== undefined)('an app that', () => {
  let stage: Stage;
  beforeAll(() => {
    stage = new Stage();
  });
  afterAll(() => stage.remove());

  it.each(Object.entries(LIES))('%s', async (_, { scope = 'app', before = '', acts, contacts, spots, claims }) => {
    const place = `lie${Object.values(LIES).findIndex((lie) => lie.acts === acts)}`;
    const { out, err } = await stage.play(place, `${RUN} --scope ${scope} --format json=live.json -- $APP ${acts} ${before}; echo "exit $?"`);
    expect([out, err]).toEqual(['exit 0\n', '']);
    const report = stage.report(place, 'live.json');
    const sure = scope === 'machine' ? spotsOf(report).filter((code) => code !== 'capture-ownerless') : spotsOf(report);
    expect([contactsOf(report), sure, claimsOf(report)]).toEqual([contacts.toSorted(), spots.filter((code) => scope === 'app' || code !== 'capture-ownerless').toSorted(), claims]);
  });
});

function contactsOf({ destinations }: Shown): string[] {
  return destinations.map(({ name, addresses, port, transport, via }) => (via === undefined ? `${addresses.join()} ${port}/${transport}${name === undefined ? '' : ` ${name}`}` : `${name ?? ''} ${port}/${transport} via`)).toSorted();
}

function claimsOf({ claims }: Shown): Record<string, string> {
  return Object.fromEntries(claims.filter(({ id }) => id in KEPT).map(({ id, verdict, needs }) => [id, [verdict, ...(verdict === 'not-observable' ? needs.filter(({ met }) => !met).map(({ need }) => need) : [])].join(' ')]));
}

const spotsOf = ({ blindSpots }: Shown): string[] => blindSpots.map(({ code }) => code).toSorted();
