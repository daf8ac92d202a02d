import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { ScopeFacts } from '../../../src/core/judge/context.ts';
import { judgeConnection } from '../../../src/core/judge/judge-connection.ts';
import { PhaseTimelines } from '../../../src/core/judge/phases.ts';
import type { MediaFacts } from '../../../src/core/decode/payloads/media-facts.ts';
import type { StunFacts } from '../../../src/core/decode/payloads/stun/facts.ts';
import { compilePolicy } from '../../../src/core/policy/compile.ts';
import type { Policy, WebRtc } from '../../../src/core/policy/policy.ts';
import type { Verdict } from '../../../src/core/policy/verdict.ts';
import { connection, scope, START, type ConnectionParts } from '../../build/connection.ts';
import { entry, policy } from '../../build/decide-policy.ts';

const CHECKED: StunFacts = {
  classic: false, methods: ['binding'], requests: [2, 2], answers: [2, 2], indications: [0, 0], failures: [0, 0], errors: [], integrity: true, fingerprint: true, mapped: [],
  ice: { usernames: [wireText('abcd:efgh')], checks: [2, 2], answered: [2, 2], since: { at: START, frame: 2 }, nominated: true },
};
const media = (stun: StunFacts | undefined, more: Partial<MediaFacts> = {}): MediaFacts => ({ stun, beside: [], ...more });
const PEER: ConnectionParts = { to: { address: '198.51.100.20', port: 50_123 }, transport: 'udp', ipProtocol: 17, protocol: 'dtls', direction: 'local', outcome: 'answered', component: 'desktop', media: media(CHECKED, { dtls: { helloFrom: 'server', verified: false } }) };
const WEBRTC: WebRtc = { components: ['desktop'], phases: ['task'], peers: 'any', stun: 'declared-only' };
const MARKED: Partial<ScopeFacts> = { phases: [{ phase: 'task', from: START - 10 * SECOND, to: START + 20 * SECOND }] };

function judge(parts: ConnectionParts, webrtc: WebRtc | undefined = WEBRTC, facts: Partial<ScopeFacts> = MARKED): Verdict {
  const written: Policy = policy([entry({ id: 'api', hosts: ['api.x.io'] }), entry({ id: 'net', addresses: ['192.0.2.0/24'] })]);
  const compiled = compilePolicy(webrtc === undefined ? written : { ...written, webrtc }, []);
  return judgeConnection(compiled, connection({ ...PEER, ...parts }), { facts: scope(facts), timelines: new PhaseTimelines(), aliases: undefined });
}

const unanswered = media({ ...CHECKED, ice: { usernames: [], checks: [2, 0], answered: [0, 0], since: undefined, nominated: false } });
const LAN = { address: '192.168.1.20', port: 50_123 };

describe('an ICE peer', () => {
  it('is a webrtc-peer where the policy allows one', () => expect(judge({})).toEqual({ kind: 'webrtc-peer', by: 'address' }));

  it('may have asked first itself', () => expect(judge({ direction: 'first-sender', inbound: false })).toMatchObject({ kind: 'webrtc-peer' }));

  it.each<[what: string, parts: ConnectionParts, kind: Verdict['kind'], reason: string | undefined]>([
    ['with media whose check nobody answered', { media: unanswered }, 'cannot-judge', 'unnamed'],
    ['that was checked and sent nothing', { protocol: 'stun', media: media(CHECKED) }, 'cannot-judge', 'ice-check'],
    ['that nobody answered', { protocol: 'stun', media: unanswered, down: 0 }, 'cannot-judge', 'ice-check'],
    ['with checks of too many bytes', { protocol: 'stun', media: unanswered, up: 20_000 }, 'cannot-judge', 'unnamed'],
    ['with checks in another phase', { protocol: 'stun', media: unanswered, second: 60 }, 'cannot-judge', 'unnamed'],
    ['with checks to a neighbour', { protocol: 'stun', media: unanswered, to: LAN }, 'lan', undefined],
    ['of a bare Binding, which is a server', { protocol: 'stun', media: media({ ...CHECKED, ice: undefined }) }, 'cannot-judge', 'unnamed'],
    ['with bytes that nothing knows behind the check', { protocol: 'unknown', media: media(CHECKED, { beside: ['other'] }) }, 'cannot-judge', 'unnamed'],
    ['with media and no check', { media: media(undefined) }, 'cannot-judge', 'unnamed'],
    ['at an address that an entry declares', { to: { address: '192.0.2.7', port: 50_123 } }, 'wrong-port', undefined],
    ['whose address DNS named is judged by the name', { names: ['dns tracker.example'] }, 'undeclared', undefined],
    ['opened in another phase', { second: 60 }, 'undeclared', 'unexpected-peer'],
    ['of another component', { component: 'gateway' }, 'undeclared', 'unexpected-peer'],
  ])('%s', (_what, parts, kind, reason) => {
    const verdict = judge(parts);
    expect([verdict.kind, reason === undefined ? undefined : verdict.reason]).toEqual([kind, reason]);
  });

  it('leaves open what is not known', () => {
    expect(judge({ component: undefined }, WEBRTC, {})).toEqual({ kind: 'webrtc-peer', by: 'address', conditionUnknown: ['component:desktop', 'phase:task'] });
  });

  it.each<[peers: WebRtc['peers'], address: string, kind: Verdict['kind']]>([
    ['lan', '198.51.100.20', 'undeclared'],
    ['lan', '192.168.1.20', 'webrtc-peer'],
    ['none', '192.168.1.20', 'undeclared'],
  ])('under peers: %s at %s is %s', (peers, address, kind) => expect(judge({ to: { address, port: 50_123 } }, { ...WEBRTC, peers }).kind).toBe(kind));

  it('is expected nowhere without webrtc, and a neighbour then is a neighbour', () => {
    const written = compilePolicy(policy([]), []);
    const around = { facts: scope(MARKED), timelines: new PhaseTimelines(), aliases: undefined };
    expect(judgeConnection(written, connection(PEER), around)).toMatchObject({ kind: 'undeclared', reason: 'unexpected-peer' });
    expect(judgeConnection(written, connection({ ...PEER, to: LAN }), around).kind).toBe('lan');
  });
});
