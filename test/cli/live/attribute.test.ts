/** What a process behind a captured flow says of it. */
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../../src/core/base/address.ts';
import { wireText } from '../../../src/core/base/wire-text.ts';
import { attributeBy } from '../../../src/cli/live/attribute.ts';
import type { Kin } from '../../../src/edge/owners/kinship.ts';

const local = ['10.0.0.2', '127.0.0.1'].map(parseCidr).filter((cidr) => cidr !== undefined);
const here = { address: '10.0.0.2', port: 40000 };
const there = { address: '203.0.113.7', port: 443 };
const some = (name: string): { readonly pid: number; readonly name: ReturnType<typeof wireText> } => ({ pid: 7, name: wireText(name) });

describe('a captured flow', () => {
  it.each<readonly [string, Kin | undefined, string, string, boolean]>([
    ['of the app is told with its process', 'app', 'own', 'app', true],
    ['of egret itself was asked for the app, and names no process', 'egret', 'own', 'node', false],
    ['of another program is left out', 'others', 'others', 'firefox', true],
    ['of a resolver of the system stays', 'others', 'own', 'systemd-resolved', true],
    ['of an orphan stays and is counted, whatever it calls itself', 'unknown', 'unknown', 'systemd-resolved', true],
    ['is told with its process where nobody can say which is the app', undefined, 'own', 'firefox', true],
  ])('%s', async (_, kin, whose, name, isNamed) => {
    const attribute = attributeBy({ ownerOf: async () => some(name) }, kin === undefined ? undefined : { of: () => kin }, local);
    expect(await attribute(here, there, 'tcp')).toEqual({ whose, process: isNamed ? some(name) : undefined });
  });

  it('is asked about from this machine\'s end, and not where it has no socket', async () => {
    const asked: string[] = [];
    const attribute = attributeBy({ ownerOf: async ({ transport, local: mine, remote }) => void asked.push(`${transport} ${mine.port} ${remote.port}`) }, undefined, local);
    expect([await attribute(here, there, 'tcp'), await attribute(there, here, 'udp'), await attribute(here, there, 'icmp')]).toEqual([undefined, undefined, undefined]);
    expect(asked).toEqual(['tcp 40000 443', 'udp 40000 443']);
  });
});
