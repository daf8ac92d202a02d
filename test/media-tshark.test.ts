/** What egret and tshark count in the recorded media sessions: STUN by method and class, and DTLS hellos. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { observeFile } from './observe-file.ts';
import { ROOT } from './source-tree.ts';

const STORIES = ['cloud-desktop-direct', 'cloud-desktop-relayed', 'cloud-desktop-relay-anyway'].map((story) => [story, path.join(ROOT, 'fixtures/recordings', story, 'capture.pcapng')] as const);
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (!hasTshark) {
  console.log('skipped: tshark is not here');
  if (process.env['EGRET_REQUIRE_ALL'] === '1') throw new Error('tshark is required');
}

/** Fields of every frame that the filter admits and that no ICMP error quotes. */
function fields(file: string, filter: string, ...names: readonly string[]): string[][] {
  const { stdout, status } = spawnSync('tshark', ['-r', file, '-Y', `(${filter}) && !icmp`, '-T', 'fields', ...names.flatMap((name) => ['-e', name])], { encoding: 'utf8' });
  expect(status).toBe(0);
  return stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

describe.skipIf(!hasTshark)('tshark agrees', () => {
  it.each(STORIES)('on requests, answers, errors and indications of %s', (_story, file) => {
    const outer = fields(file, 'stun.type', 'stun.type').map(([types = '']) => Number(types.split(',')[0]));
    const by = (bits: number): number => outer.filter((type) => (type & 0x110) === bits).length;
    const sums = observeFile(file).flows.reduce((sum, { media }) => {
      const stun = media?.stun;
      if (stun === undefined) return sum;
      return [stun.requests, stun.answers, stun.failures, stun.indications].map(([up, down], index) => (sum[index] ?? 0) + up + down);
    }, [0, 0, 0, 0]);
    expect(sums).toEqual([by(0), by(0x100), by(0x110), by(0x10)]);
  });

  it.each(STORIES)('on who greeted whom by DTLS in %s', (_story, file) => {
    const seen = new Set(fields(file, 'dtls.handshake.type == 1 && !stun', 'ip.src', 'udp.srcport').map((one) => one.join(':')));
    const found = observeFile(file).flows.flatMap(({ client, server, media, tls }) => {
      if (tls?.hello === undefined || media?.dtls === undefined) return [];
      const from = media.dtls.helloFrom === 'client' ? client : server;
      return [`${from.address}:${from.port}`];
    });
    expect(new Set(found)).toEqual(seen);
  });
});
