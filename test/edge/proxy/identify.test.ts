/** The state machine while it is not known yet which process the client is. */
import { describe, expect, it } from 'vitest';
import { Tunnel } from '../../../src/edge/proxy/tunnel.ts';
import { Playbook } from './playbook.ts';

const CONNECT = 'CONNECT api.example.com:443 HTTP/1.1\r\nHost: api.example.com:443\r\n\r\n';
const GET = 'GET http://api.example.com/x HTTP/1.1\r\nHost: api.example.com\r\n\r\n';
const SOCKS4 = Uint8Array.of(4, 1, 1, 187, 192, 0, 2, 1, 0);
const OK = 'client "HTTP/1.1 200 Connection established\\r\\n\\r\\n"';
const unknown = (): Playbook => new Playbook({}, false);

describe('a client whose process is looked for', () => {
  it('is looked for as soon as it has come', () => {
    const tunnel = new Tunnel({ pseudonym: 'egret-test', admit: () => undefined, route: () => undefined, isSelf: () => false, isOffLimits: () => false });
    expect(tunnel.begin().map(({ kind }) => kind)).toEqual(['wait', 'identify']);
  });

  it('has its name resolved and its server dialled meanwhile, and is answered when it is known', () => {
    const play = unknown();
    expect(play.client(CONNECT)).toEqual(['resolve api.example.com']);
    expect(play.on({ kind: 'resolved', addresses: ['192.0.2.1'] })).toEqual(['dial 192.0.2.1 443']);
    expect(play.on({ kind: 'connected' })).toEqual(['pause server']);
    expect(play.client('early')).toEqual([]);
    expect(play.on({ kind: 'identified' })).toEqual(['resume server', OK, 'server "early"']);
    expect(play.server('world')).toEqual(['client "world"']);
  });

  it('costs nothing where it is known before its server is', () => {
    const play = unknown();
    play.client(CONNECT);
    expect(play.on({ kind: 'identified' })).toEqual([]);
    play.on({ kind: 'resolved', addresses: ['192.0.2.1'] });
    expect(play.on({ kind: 'connected' })).toEqual([OK]);
  });

  it.each([['a plain request', GET], ['SOCKS', SOCKS4]] as const)('has %s wait too', (_what, request) => {
    const play = unknown();
    play.reach(request);
    const [first, ...rest] = play.on({ kind: 'identified' });
    expect(first).toBe('resume server');
    expect(rest).toHaveLength(1);
  });

  it('is told of a failure only then', () => {
    const play = unknown();
    play.client(CONNECT);
    expect(play.on({ kind: 'unresolved', failure: 'not-found' })).toEqual(['pause server']);
    expect(play.on({ kind: 'identified' }).map((line) => line.slice(0, 19))).toEqual(['resume server', 'client "HTTP/1.1 50', 'finish']);
    expect(play.tunnel.facts()?.failure).toBe('not-found');
  });

  it('is turned away only then, whether the policy denies it or it makes no sense', () => {
    const denied = new Playbook({ admit: () => 'it is forbidden' }, false);
    expect(denied.client(CONNECT)).toEqual(['pause server']);
    expect(denied.on({ kind: 'identified' })[1]).toContain('403');
    const garbled = unknown();
    expect(garbled.client('NONSENSE\r\n\r\n')).toEqual(['pause server']);
    expect(garbled.on({ kind: 'identified' })[1]).toContain('400');
  });

  it('is not waited for without end', () => {
    const play = unknown();
    play.reach(CONNECT);
    expect(play.on({ kind: 'late' })).toEqual(['resume server', OK]);
    expect(play.on({ kind: 'identified' })).toEqual([]);
  });

  it('is told that its server went away meanwhile', () => {
    const play = unknown();
    play.reach(CONNECT);
    expect(play.on({ kind: 'gone', from: 'server' })).toEqual([]);
    expect(play.on({ kind: 'identified' })[1]).toContain('502');
    expect(play.tunnel.facts()?.failure).toBe('unreachable');
  });

  it('is dropped when it goes away itself', () => {
    const play = unknown();
    play.reach(CONNECT);
    expect(play.on({ kind: 'gone', from: 'client' })).toEqual(['drop']);
    expect(play.on({ kind: 'identified' })).toEqual([]);
  });

  it('is answered once, though its resolver comes late', () => {
    const play = new Playbook();
    play.client(CONNECT);
    expect(play.on({ kind: 'late' })[0]).toContain('504');
    expect(play.on({ kind: 'unresolved', failure: 'no-resolver' })).toEqual([]);
  });
});
