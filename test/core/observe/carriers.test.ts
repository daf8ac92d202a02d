/** A tunnel and what it carries are two connections; the tunnel is exempt only between strangers. */
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../../src/core/base/address.ts';
import { connectionsOf } from '../../../src/core/observe/connections.ts';
import { NameBook } from '../../../src/core/observe/name-book.ts';
import { Scope } from '../../../src/core/observe/scope.ts';
import { tcp } from '../../build/packets.ts';
import { ethernet } from '../../build/frames.ts';
import { pcapFile } from '../../build/pcap.ts';
import { genevePlain, gre } from '../../build/tunnels.ts';
import { observeBytes } from '../../observe-file.ts';

const SYN = tcp({ from: '10.9.0.2:40000', to: '203.0.113.7:443', flags: 'S', seq: 1 });

describe('a tunnel', () => {
  it.each([['geneve', genevePlain(SYN)], ['gre', gre(SYN)]])('%s: gives two flows', (protocol, packet) => {
    const { flows } = observeBytes(pcapFile([ethernet(packet)]));
    expect(flows.map((flow) => [flow.protocol, flow.server.address, flow.transport === 'tcp'])).toEqual([
      [protocol, '198.51.100.2', false], ['unknown', '203.0.113.7', true],
    ]);
  });

  it.each([
    ['whose ends are both strangers passes by', ['10.9.0.0/24'], true],
    ['with an end of the scope\'s own does not', ['10.9.0.0/24', '198.51.100.1/32'], false],
    ['does not, when nobody said which hosts are the scope\'s own', [], false],
  ] as const)('%s', (_what, local, passing) => {
    const book = new NameBook(() => undefined);
    const [flow] = observeBytes(pcapFile([ethernet(gre(SYN))])).flows;
    const scope = new Scope(0, { variables: {}, roots: [], components: [], clockOffset: 0, local: local.flatMap((text) => parseCidr(text) ?? []) });
    expect(flow === undefined ? [] : connectionsOf(flow, scope, book).map((connection) => connection.passing)).toEqual([passing]);
  });
});
