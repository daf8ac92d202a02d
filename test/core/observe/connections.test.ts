/** From flows to connections: names and how sure they are, parts of a proxied flow, who opened it. */
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../../src/core/base/address.ts';
import { SECOND } from '../../../src/core/base/time.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { connectionsOf, lookupOf } from '../../../src/core/observe/connections.ts';
import { NameBook } from '../../../src/core/observe/name-book.ts';
import { nameFlow } from '../../../src/core/observe/name-claims.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import type { FlowObservation } from '../../../src/core/observe/observation.ts';
import type { RunSheet } from '../../../src/core/policy/sheet.ts';
import { answerOf, BEGIN, flowOf, partOf, tlsOf } from '../../build/flow.ts';

const SERVER = '203.0.113.7';
const nothing: RunSheet = { variables: {}, local: [], roots: [], components: [], clockOffset: 0 };

function bookOf(...answers: readonly (readonly [name: string, secondsBefore: number])[]): NameBook {
  const book = new NameBook(() => {});
  for (const [name, before] of answers) book.learn(wireText(name), SERVER, 60, BEGIN - before * SECOND);
  return book;
}

/** DNS gave a.example another address. */
function elsewhere(secondsBefore = 1, address = '203.0.113.99', andHereLater = false): NameBook {
  const book = bookOf();
  book.learn(wireText('a.example'), address, 60, BEGIN - secondsBefore * SECOND);
  if (andHereLater) book.learn(wireText('a.example'), SERVER, 60, BEGIN + SECOND);
  return book;
}

function tunnel(host: string): ReturnType<typeof partOf> {
  return partOf(host, { form: 'authority' });
}

function scopeOf(more: Partial<RunSheet> = {}, ...local: readonly string[]): Scope {
  return new Scope(3, { ...nothing, local: local.flatMap((cidr) => parseCidr(cidr) ?? []), ...more });
}

describe('the names of a flow', () => {
  it.each<readonly [string, Partial<FlowObservation>, NameBook, readonly string[], string, string]>([
    ['none, without any witness', {}, bookOf(), [], 'low', 'none'],
    ['SNI alone is a claim', { tls: tlsOf('a.example') }, bookOf(), ['a.example sni'], 'medium', 'none'],
    ['SNI and DNS agree', { tls: tlsOf('a.example') }, bookOf(['a.example', 1]), ['a.example sni+dns'], 'high', 'none'],
    ['SNI in other letters and with a dot agrees too', { tls: tlsOf('A.Example.') }, bookOf(['a.example', 1]), ['a.example sni+dns'], 'high', 'none'],
    ['SNI and the certificate agree', { tls: tlsOf('a.example', { certificate: ['*.example', 'a.example'] }) }, bookOf(), ['a.example sni+chain'], 'high', 'none'],
    ['a wildcard certificate names one label', { tls: tlsOf('a.b.example', { certificate: ['*.example'] }) }, bookOf(), ['a.b.example sni'], 'medium', 'none'],
    ['SNI against DNS: both are kept', { tls: tlsOf('a.example') }, bookOf(['b.example', 1]), ['a.example sni', 'b.example dns'], 'medium', 'none'],
    ['DNS with one candidate', {}, bookOf(['a.example', 1]), ['a.example dns'], 'medium', 'none'],
    ['DNS with two candidates', {}, bookOf(['a.example', 2], ['b.example', 1]), ['a.example dns', 'b.example dns'], 'low', 'none'],
    ['DNS that answered after the SYN names nothing', {}, bookOf(['a.example', -1]), [], 'low', 'none'],
    ['DNS that died is stale', {}, bookOf(['a.example', 600]), ['a.example dns-stale'], 'low', 'none'],
    ['a stale name gives way to SNI', { tls: tlsOf('b.example') }, bookOf(['a.example', 600]), ['b.example sni'], 'medium', 'none'],
    ['ECH with DNS that agrees', { tls: tlsOf('a.example', { ech: true }) }, bookOf(['a.example', 1]), ['a.example sni+dns'], 'high', 'corroborated'],
    ['ECH with DNS of another host: the outer name comes last', { tls: tlsOf('cdn.example', { ech: true }) }, bookOf(['a.example', 1]), ['a.example dns', 'cdn.example ech-outer'], 'medium', 'outer'],
    ['an address as SNI is an address', { tls: tlsOf('::FFFF:203.0.113.7') }, bookOf(), ['203.0.113.7 sni'], 'medium', 'none'],
  ])('%s', (_what, more, book, names, confidence, ech) => {
    const found = nameFlow(flowOf(more), undefined, more.tls, book);
    expect(found.names.map(({ name, how, corroboratedBy }) => `${name} ${how}${corroboratedBy === undefined ? '' : `+${corroboratedBy}`}`)).toEqual(names);
    expect([found.confidence, found.ech]).toEqual([confidence, ech]);
  });

  it('begin with the Host that was asked for', () => {
    const found = nameFlow(flowOf(), partOf('a.example'), undefined, bookOf(['a.example', 1]));
    expect(found).toMatchObject({ names: [{ name: 'a.example', how: 'http-host', corroboratedBy: 'dns' }], confidence: 'high' });
  });

  it('of a tunnel come from CONNECT and the hello inside, never from the proxy\'s own address', () => {
    const found = nameFlow(flowOf(), partOf('a.example', { form: 'authority' }), tlsOf('b.example'), bookOf(['proxy.example', 1]));
    expect(found.names.map(({ name, how }) => `${name} ${how}`)).toEqual(['a.example connect', 'b.example sni']);
  });
});

describe('a name in a hello is contradicted', () => {
  it.each([
    ['by DNS that gave it other addresses', flowOf({ tls: tlsOf('a.example') }), undefined, elsewhere(), { sni: 'a.example', addresses: ['203.0.113.99'] }],
    ['by DNS long dead: it was resolved all the same', flowOf({ tls: tlsOf('a.example') }), undefined, elsewhere(900), { sni: 'a.example', addresses: ['203.0.113.99'] }],
    ['by a CONNECT for another name', flowOf({ tls: tlsOf('a.example') }), tunnel('b.example'), bookOf(), { sni: 'a.example', asked: 'b.example', addresses: [] }],
    ['by DNS, where CONNECT gives an address', flowOf({ tls: tlsOf('a.example') }), tunnel('198.51.100.4'), elsewhere(), { sni: 'a.example', addresses: ['203.0.113.99'] }],
  ])('%s', (_what, flow, part, book, mismatch) => {
    expect(nameFlow(flow, part, flow.tls, book).mismatch).toEqual(mismatch);
  });

  it.each([
    ['by nothing, where it was never resolved', flowOf({ tls: tlsOf('a.example') }), undefined, bookOf()],
    ['never by an answer that came after the opening', flowOf({ tls: tlsOf('a.example') }), undefined, elsewhere(-1)],
    ['never by addresses of the other family', flowOf({ tls: tlsOf('a.example') }), undefined, elsewhere(1, '2001:db8::9')],
    ['never where DNS gave it this address too', flowOf({ tls: tlsOf('a.example') }), undefined, elsewhere(1, '203.0.113.99', true)],
    ['never where the certificate confirms it', flowOf({ tls: tlsOf('a.example', { certificate: ['a.example'] }) }), undefined, elsewhere()],
    ['never where ECH may hide another', flowOf({ tls: tlsOf('a.example', { ech: true }) }), undefined, elsewhere()],
    ['never where the connection is older than the capture', flowOf({ tls: tlsOf('a.example'), startSeen: false }), undefined, elsewhere()],
    ['never on loopback', flowOf({ tls: tlsOf('a.example'), server: { address: '127.0.0.1', port: 443 } }), undefined, elsewhere()],
    ['never by the same name in CONNECT', flowOf({ tls: tlsOf('a.example') }), tunnel('A.example'), elsewhere()],
    ['never without a name', flowOf(), undefined, elsewhere()],
  ])('%s', (_what, flow, part, book) => {
    expect(nameFlow(flow, part, flow.tls, book).mismatch).toBeUndefined();
  });
});

describe('connections', () => {
  it('are one for a flow without parts or with one', () => {
    expect(connectionsOf(flowOf(), scopeOf(), bookOf()).map(({ id, scope, up, down, packets }) => [id, scope, up, down, packets])).toEqual([['0.1', 3, 100, 200, 7]]);
    expect(connectionsOf(flowOf({ http: { parts: [partOf('a.example')], moreParts: 0 } }), scopeOf(), bookOf()).map(({ id, up }) => [id, up])).toEqual([['0.1', 100]]);
  });

  it('are one for each destination asked of a proxy, with its own bytes, times and frames', () => {
    const second = { at: BEGIN + 50_000, frame: 30 };
    const http = { parts: [partOf('a.example', { form: 'absolute', port: 80 }), partOf('198.51.100.9', { form: 'absolute', port: 8080, up: 7, down: 8, first: second, last: second })], moreParts: 0 };
    const found = connectionsOf(flowOf({ server: { address: '10.0.0.9', port: 3128 }, http }), scopeOf(), bookOf());
    expect(found.map(({ id, to, via, up, down, opened, evidence }) => ({ id, to, via, up, down, opened, frames: evidence.frames }))).toEqual([
      { id: '0.1.1', to: { address: '', port: 80 }, via: { address: '10.0.0.9', port: 3128 }, up: 10, down: 20, opened: BEGIN + 5000, frames: [12, 18] },
      { id: '0.1.2', to: { address: '198.51.100.9', port: 8080 }, via: { address: '10.0.0.9', port: 3128 }, up: 7, down: 8, opened: BEGIN + 50_000, frames: [30, 30] },
    ]);
    expect(found.map(({ addressClass }) => addressClass)).toEqual(['public', 'public']);
  });

  it('through a tunnel go to what was asked for, in the protocol inside', () => {
    const http = { parts: [partOf('a.example', { form: 'authority', port: 443, switched: true })], moreParts: 0, inner: 'tls' };
    const [found] = connectionsOf(flowOf({ server: { address: '10.0.0.9', port: 3128 }, protocol: 'http', http }), scopeOf(), bookOf());
    expect(found).toMatchObject({ to: { address: '', port: 443 }, via: { address: '10.0.0.9', port: 3128 }, protocol: 'tls', names: [{ name: 'a.example', how: 'connect' }] });
  });

  it('with a Host header go to the address they went to', () => {
    const [found] = connectionsOf(flowOf({ http: { parts: [partOf('a.example', { port: 8080 })], moreParts: 0 } }), scopeOf(), bookOf());
    expect(found).toMatchObject({ to: { address: SERVER, port: 443 }, names: [{ name: 'a.example', how: 'http-host' }] });
    expect(found?.via).toBeUndefined();
  });

  it.each<readonly [string, Partial<FlowObservation>, Scope, boolean]>([
    ['from outside to an own host', { client: { address: '198.51.100.1', port: 5 }, server: { address: '10.0.0.2', port: 80 } }, scopeOf({}, '10.0.0.0/8'), true],
    ['from an own host to an own host', { client: { address: '10.0.0.3', port: 5 }, server: { address: '10.0.0.2', port: 80 } }, scopeOf({}, '10.0.0.0/8'), false],
    ['from an own host to outside', {}, scopeOf({}, '10.0.0.0/8'), false],
    ['from a public to a private address, where own hosts are unknown', { client: { address: '198.51.100.1', port: 5 }, server: { address: '192.168.0.2', port: 80 } }, scopeOf(), true],
    ['from outside, but the direction is a guess', { client: { address: '198.51.100.1', port: 5 }, server: { address: '10.0.0.2', port: 80 }, direction: 'port' }, scopeOf({}, '10.0.0.0/8'), false],
    ['to loopback', { client: { address: '127.0.0.1', port: 5 }, server: { address: '127.0.0.1', port: 80 } }, scopeOf({}, '10.0.0.0/8'), false],
    ['to a group', { client: { address: '198.51.100.1', port: 5 }, server: { address: '224.0.0.251', port: 5353 } }, scopeOf(), false],
  ])('%s: inbound is %4$s', (_what, more, scope, inbound) => {
    expect(connectionsOf(flowOf(more), scope, bookOf()).map((found) => found.inbound)).toEqual([inbound]);
  });

  it('carry component and phases of their scope', () => {
    const scope = scopeOf({ components: [{ component: 'gateway', local: ['10.0.0.2:40000/tcp'] }], phases: [{ phase: 'task', from: BEGIN - SECOND, to: BEGIN + SECOND }] });
    expect(connectionsOf(flowOf(), scope, bookOf())).toMatchObject([{ component: 'gateway', phasesAtOpening: ['task'] }]);
    expect(connectionsOf(flowOf({ transport: 'udp' }), scope, bookOf())[0]?.component).toBeUndefined();
  });
});

describe('a lookup', () => {
  it('counts from its question, with question and answer as evidence', () => {
    expect(lookupOf(answerOf('a.example', SERVER, BEGIN), scopeOf())).toMatchObject({ at: BEGIN - 1000, addresses: [SERVER], scope: 3, evidence: { source: 0, frames: [1, 2], at: BEGIN - 1000 } });
  });
});

describe('phases of a scope', () => {
  const scope = scopeOf({ phases: [{ phase: 'launch', from: BEGIN, to: BEGIN + 10 * SECOND }, { phase: 'task', from: BEGIN + 9 * SECOND }, { phase: 'launch', from: BEGIN + 5 * SECOND, to: BEGIN + 6 * SECOND }] });

  it.each([
    [-2.1, []], [-2, ['launch']], [0, ['launch']], [5.5, ['launch']], [8, ['launch', 'task']], [12, ['launch', 'task']], [12.1, ['task']], [9999, ['task']],
  ])('at %d s, with two seconds of grace', (second, phases) => expect(scope.phasesAt(BEGIN + second * SECOND)).toEqual(phases));

  it('are unknown without marks, and none where the sheet lists none', () => {
    expect([scopeOf().phasesAt(BEGIN), scopeOf({ phases: [] }).phasesAt(BEGIN)]).toEqual([undefined, []]);
  });

  it('say nothing of whose hosts are own, unless networks are given', () => {
    expect([scopeOf().isOwn('10.0.0.2'), scopeOf({}, '10.0.0.0/8').isOwn('10.0.0.2'), scopeOf({}, '10.0.0.0/8').isOwn('198.51.100.1'), scopeOf({}, '10.0.0.0/8').isOwn('::1')]).toEqual([undefined, true, false, true]);
  });
});
