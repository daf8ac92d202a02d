/**
 * The programs that are measured over one capture: egret's whole audit, the
 * plain byte loop, and other tools where they are installed, each doing the
 * nearest thing it can.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Program } from './measure.ts';

export type PeerName = 'egret' | 'loop' | 'tcpdump' | 'tshark' | 'ndpi' | 'argus';

export interface Peer {
  readonly name: PeerName;
  readonly title: string;
  /** Quick ones are run as often as egret; slow ones once. */
  readonly isQuick: boolean;
  program(capture: string): Program;
}

/** The peers this machine has; `found` decides about the foreign ones. */
export function peers(root: string, found: (command: string) => boolean = isInstalled): Peer[] {
  return ALL.filter((peer) => peer.needs === undefined || found(peer.needs)).map(({ name, title, isQuick, arguments: argumentsOf, needs, success }) => ({
    name, title, isQuick,
    program: (capture) => ({ command: needs ?? process.execPath, args: argumentsOf(root, capture), success: success ?? [0] }),
  }));
}

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

interface Row {
  readonly name: PeerName;
  readonly title: string;
  readonly isQuick: boolean;
  readonly needs?: string;
  readonly success?: readonly number[];
  readonly arguments: (root: string, capture: string) => string[];
}

const ALL: readonly Row[] = [
  {
    // The made-up hosts are in no policy, so that the exit is 1, or 2 where evidence is thin.
    name: 'egret', title: 'egret audit, policy, JSON report', isQuick: true, success: [0, 1, 2],
    arguments: (root, capture) => [
      path.join(root, 'dist', 'main.js'), 'audit', capture,
      '--policy', path.join(root, 'policies', 'multiclaw.yaml'), '--format', 'json=/dev/null',
    ],
  },
  { name: 'loop', title: 'plain Node loop with a flow table', isQuick: true, arguments: (root, capture) => [path.join(root, 'test', 'bench', 'byte-loop.mjs'), capture] },
  { name: 'tcpdump', title: 'tcpdump -r FILE -w /dev/null', isQuick: true, needs: 'tcpdump', arguments: (_root, capture) => ['-r', capture, '-w', '/dev/null'] },
  {
    name: 'tshark', title: 'tshark, field extraction', isQuick: false, needs: 'tshark',
    arguments: (_root, capture) => [
      '-n', '-r', capture, '-T', 'fields', ...['ip.src', 'ip.dst', 'ipv6.src', 'ipv6.dst', 'tcp.dstport', 'udp.dstport', 'dns.qry.name', 'tls.handshake.extensions_server_name', 'http.host'].flatMap((field) => ['-e', field]),
    ],
  },
  { name: 'ndpi', title: 'ndpiReader, one thread', isQuick: false, needs: 'ndpiReader', arguments: (_root, capture) => ['-i', capture, '-q', '-n', '1'] },
  { name: 'argus', title: 'argus, flow records', isQuick: false, needs: 'argus', arguments: (_root, capture) => ['-X', '-r', capture, '-w', '/dev/null'] },
];
