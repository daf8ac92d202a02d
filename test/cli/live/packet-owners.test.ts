/** Whose a captured flow is, as far as the run itself knows it. */
import { describe, expect, it } from 'vitest';
import { parseCidr, type Endpoint } from '../../../src/core/base/address.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { FlowOwner } from '../../../src/core/observe/flow-owners.ts';
import { type Attribute, type OwnersChoice, PacketOwners } from '../../../src/cli/live/packet-owners.ts';

const SECOND = 1_000_000;
const end = (text: string): Endpoint => ({ address: text.slice(0, text.lastIndexOf(':')), port: Number(text.slice(text.lastIndexOf(':') + 1)) });
const local = ['127.0.0.1', '10.0.0.2'].map(parseCidr).filter((cidr) => cidr !== undefined);
const ownersOf = (choice: Partial<OwnersChoice> = {}): PacketOwners => new PacketOwners({ proxy: end('127.0.0.1:8888'), local, now: () => 100 * SECOND, isBeforeApp: true, holdsOnlyApp: false, ...choice });
const judge = (owners: PacketOwners, client: string, server: string, more: { readonly number?: number; readonly opened?: number; readonly isOld?: boolean } = {}): FlowOwner['whose'] =>
  owners.judge({ number: 1, opened: 100 * SECOND, isOld: false, ...more, client: end(client), server: end(server) }).whose;

/** Whose an old flow is, where the system says this of it. */
async function owned(owner: FlowOwner | undefined, choice: Partial<OwnersChoice> = {}): Promise<FlowOwner['whose']> {
  const owners = ownersOf({ ...choice, attribute: async () => owner });
  owners.opened(1, end('10.0.0.2:50000'), end('203.0.113.7:443'), 'tcp');
  await Promise.resolve();
  return judge(owners, '10.0.0.2:50000', '203.0.113.7:443', { isOld: true });
}

describe('a captured flow', () => {
  it.each<readonly [string, Partial<OwnersChoice>, string, string, boolean, FlowOwner['whose']]>([
    ['to the proxy is a leg of a tunnel', {}, '127.0.0.1:40000', '127.0.0.1:8888', false, 'leg'],
    ['to the proxy, whichever end was taken for the client', {}, '127.0.0.1:8888', '127.0.0.1:40000', true, 'leg'],
    ['to a proxy that listens everywhere, at an address of this machine', { proxy: end('0.0.0.0:8888') }, '10.0.0.9:40000', '10.0.0.2:8888', false, 'leg'],
    ['to the same port of another machine is not the proxy\'s', { proxy: end('0.0.0.0:8888') }, '10.0.0.2:40000', '203.0.113.7:8888', false, 'unknown'],
    ['that the proxy dialled is a leg of a tunnel', {}, '10.0.0.2:41000', '203.0.113.7:443', false, 'leg'],
    ['to the same server from another port is not', {}, '10.0.0.2:41001', '203.0.113.7:443', false, 'unknown'],
    ['from the same port to another server is not', {}, '10.0.0.2:41000', '203.0.113.8:443', false, 'unknown'],
    ['of a socket that sends to itself contacts nobody', {}, '127.0.0.1:5000', '127.0.0.1:5000', false, 'others'],
    ['that was there before the app is another\'s', {}, '10.0.0.2:50000', '203.0.113.7:443', true, 'others'],
    ['that was there before may be the app\'s where that had been started by hand', { isBeforeApp: false }, '10.0.0.2:50000', '203.0.113.7:443', true, 'unknown'],
    ['is the app\'s where nothing else is in the capture', { holdsOnlyApp: true }, '10.0.0.2:50000', '203.0.113.7:443', false, 'own'],
  ])('%s', (_, choice, client, server, isOld, whose) => {
    const owners = ownersOf(choice);
    owners.dialled(end('10.0.0.2:41000'), end('203.0.113.7:443'));
    expect(judge(owners, client, server, { isOld })).toBe(whose);
  });

  it('by a port that the proxy used before is not the proxy\'s', () => {
    const owners = ownersOf();
    owners.dialled(end('10.0.0.2:41000'), end('203.0.113.7:443'));
    expect([97, 98, 102, 103].map((second) => judge(owners, '10.0.0.2:41000', '203.0.113.7:443', { opened: second * SECOND }))).toEqual(['unknown', 'leg', 'leg', 'unknown']);
  });

  it('that was there before is the app\'s where the app holds it now, and another\'s where egret does, or nobody', async () => {
    const process = { pid: 7, name: wireText('app') };
    expect([await owned({ whose: 'own', process }), await owned({ whose: 'own', process: undefined }), await owned({ whose: 'unknown', process }), await owned(undefined, { holdsOnlyApp: true })]).toEqual(['own', 'others', 'others', 'others']);
  });

  it('is whose the system says, asked at its first packet and only for others than the proxy\'s', async () => {
    const asked: string[] = [];
    const attribute: Attribute = async (from, to, transport) => {
      asked.push(`${from.port} ${to.port} ${transport}`);
      if (to.port === 3) throw new Error('gone');
      return { whose: to.port === 1 ? 'own' : 'others', process: { pid: to.port, name: wireText('some') } };
    };
    const owners = ownersOf({ attribute });
    owners.opened(1, end('10.0.0.2:40000'), end('203.0.113.7:1'), 'tcp');
    owners.opened(2, end('10.0.0.2:40000'), end('203.0.113.7:2'), 'udp');
    owners.opened(3, end('10.0.0.2:40000'), end('203.0.113.7:3'), 'tcp');
    owners.opened(4, end('127.0.0.1:40000'), end('127.0.0.1:8888'), 'tcp');
    await Promise.resolve();
    expect(asked).toEqual(['40000 1 tcp', '40000 2 udp', '40000 3 tcp']);
    expect([1, 2, 3].map((number) => judge(owners, '10.0.0.2:40000', '203.0.113.7:9', { number }))).toEqual(['own', 'others', 'unknown']);
    owners.sealed(1);
    expect(judge(owners, '10.0.0.2:40000', '203.0.113.7:9', { number: 1 })).toBe('unknown');
  });
});
