import { describe, expect, it } from 'vitest';
import { watchedOf } from '../../../../src/core/report/layout/watched.ts';
import type { Input } from '../../../../src/core/report/report.ts';

const input = (more: Partial<Input>): Input => ({ path: 'a.pcapng', sha256: '', bytes: 0, packets: 0, scope: 'machine', ...more });
const proxy = input({ path: 'proxy 127.0.0.1:8888', witness: 'proxy' });
const packets = input({ path: 'packets of all interfaces (dumpcap)' });

describe('what a live run was watched by', () => {
  it.each([
    ['the proxy alone', [proxy], { by: ['proxy 127.0.0.1:8888'], recording: undefined, isBesidePackets: false }],
    ['packets beside it', [proxy, packets], { by: ['proxy 127.0.0.1:8888', 'packets of all interfaces (dumpcap)'], recording: undefined, isBesidePackets: true }],
    ['the same from its bundle', [{ ...proxy, recording: 'b/' }, { ...packets, recording: 'b/' }], { by: ['proxy 127.0.0.1:8888', 'packets of all interfaces (dumpcap)'], recording: 'b/', isBesidePackets: true }],
    ['the capture of a bundle that was cut', [{ ...proxy, recording: 'b' }, input({ path: 'b/capture.pcapng' })], { by: ['proxy 127.0.0.1:8888', 'capture.pcapng'], recording: 'b', isBesidePackets: true }],
    ['nobody, for captures', [input({}), input({})], undefined],
    ['more than one, for two runs', [{ ...proxy, recording: 'a' }, { ...proxy, recording: 'b' }], undefined],
    ['more than one, for a run and a capture of another', [{ ...proxy, recording: 'a' }, input({ path: 'other.pcapng' })], undefined],
  ] as const)('is said of %s', (_, inputs, watched) => expect(watchedOf(inputs)).toEqual(watched));
});
