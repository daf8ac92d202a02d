import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { audit, auditWith } from '../../src/cli/commands/audit.ts';
import type { AuditOptions, RunAudit } from '../../src/cli/pipeline-types.ts';
import { MachineError, UsageError } from '../../src/core/base/errors.ts';
import { buildReport } from '../../src/core/report/build.ts';
import { connection, NO_WISH, sampleParts } from '../build/sample-report.ts';
import { type FakeWorld, fakeWorld } from './fake-world.ts';

/** A pipeline that reports the sample, whatever it is asked for, and remembers what that was. */
function sample(asked: AuditOptions[] = []): RunAudit {
  return async (options, _world, sinks) => {
    asked.push(options);
    for (let at = 0; at < 3; at++) sinks.connection?.(connection({ id: `0.${at}` }), { kind: 'declared' });
    sinks.progress?.({ path: 'a.pcap', bytesRead: 50, bytesTotal: 100, packets: 1_250_000 });
    sinks.warn({ message: 'entry "turn" is shadowed', at: { file: 'p.yaml', line: 2, column: 3 } });
    await sinks.flush();
    return { report: buildReport(sampleParts(), options.wish) };
  };
}

async function run(argv: readonly string[], world: FakeWorld, pipeline: RunAudit = sample()): Promise<number> {
  const command = new Command('audit').exitOverride();
  audit.define(command);
  await command.action(() => {}).parseAsync([...argv], { from: 'user' });
  return auditWith(pipeline, command, world);
}

describe('egret audit', () => {
  it('hands every option to the pipeline, checked', async () => {
    const asked: AuditOptions[] = [];
    const argv = ['a.pcap', 'b.pcap', '-p', 'p.yaml', '--with', 'openai', '--set', 'x=1', '--sheet', 's.yaml', '--record', 'r', '--local', '10.0.0.0/8', '--scope', 'app', '--platform', 'macos', '--ca-file', 'c.pem', '--fail-on', 'note', '--require', 'named=50%'];
    await run(argv, fakeWorld(), sample(asked));
    expect(asked[0]).toMatchObject({
      files: ['a.pcap', 'b.pcap'], policy: 'p.yaml', features: ['openai'], variables: { x: ['1'] }, sheet: 's.yaml', record: 'r', scope: 'app', platform: 'macos', caFiles: ['c.pem'],
      wish: { failOn: 'note', require: { named: 0.5 } },
    });
    expect(asked[0]?.local.map(({ text }) => text)).toEqual(['10.0.0.0/8']);
  });

  it('prints the report, 100 columns and no colour in a pipe, and gives its exit code', async () => {
    const world = fakeWorld();
    expect(await run(['a.pcap', '-p', 'p.yaml'], world)).toBe(1);
    expect(world.out()).toMatch(/^egret audited capture\.pcapng/);
    expect(world.out()).not.toContain('\u001b');
    expect(Math.max(...world.out().split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('paints on a terminal, as wide as it is', async () => {
    const world = fakeWorld({ tty: true, columns: 60, env: { LANG: 'C.UTF-8' } });
    await run(['a.pcap', '-p', 'p.yaml'], world);
    expect(world.out()).toContain('\u001b[31m\u001b[1mBROKEN');
    expect(world.out()).toContain('✓ exercised');
  });

  it('writes files whole and standard output beside them', async () => {
    const world = fakeWorld();
    await run(['a.pcap', '-p', 'p.yaml', '--format', 'json=r.json,ndjson=c.ndjson,text'], world);
    expect(JSON.parse(world.files.get('r.json') ?? '').schema).toBe('egret.report/1');
    expect(world.files.get('c.ndjson')?.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line).id)).toEqual(['0.0', '0.1', '0.2']);
    expect(world.out()).toContain('Exit 1:');
  });

  it('writes no colour into a file, even with --color always', async () => {
    const world = fakeWorld();
    await run(['a.pcap', '-p', 'p.yaml', '--color', 'always', '-o', 'r.txt'], world);
    expect(world.files.get('r.txt')).not.toContain('\u001b');
    expect(world.out()).toBe('');
  });

  it('keeps the verdict\'s exit code when the reader of the report goes away', async () => {
    const world = fakeWorld({ closesAfter: 0 });
    expect(await run(['a.pcap', '-p', 'p.yaml', '--format', 'ndjson'], world)).toBe(1);
    expect(world.err()).not.toContain('bug');
  });

  it('says nothing with --quiet', async () => {
    const world = fakeWorld({ tty: true });
    expect(await run(['a.pcap', '-p', 'p.yaml', '--quiet'], world)).toBe(1);
    expect(world.out() + world.err()).toBe('');
  });

  it('shows warnings with their place', async () => {
    const world = fakeWorld({ files: { 'p.yaml': 'egret: 1\n  turn: x\n' } });
    await run(['a.pcap', '-p', 'p.yaml'], world);
    expect(world.err()).toBe('p.yaml:2:3: warning: entry "turn" is shadowed\n  2 |   turn: x\n    |   ^\n');
  });

  it('shows progress on a terminal and takes it away again', async () => {
    const world = fakeWorld({ tty: true });
    await run(['a.pcap'], world);
    expect(world.err()).toContain('reading a.pcap: 50 %, 1,200,000 packets');
    expect(world.err()).toContain('\r\u001b[K');
  });

  it('refuses before any work what cannot be written, and says what to do', async () => {
    const asked: AuditOptions[] = [];
    const world = fakeWorld({ refuses: { 'no/r.json': 'ENOENT' } });
    await expect(run(['a.pcap', '--json', '-o', 'no/r.json'], world, sample(asked))).rejects.toThrow(MachineError);
    expect(asked).toEqual([]);
  });

  it('leaves no file behind when the pipeline fails', async () => {
    const world = fakeWorld();
    await expect(run(['a.pcap', '--json', '-o', 'r.json'], world, () => Promise.reject(new UsageError('a.pcap is no capture')))).rejects.toThrow('no capture');
    expect(world.files.has('r.json')).toBe(false);
  });

  it('does not ask for single connections unless a format wants them', async () => {
    const wanted: boolean[] = [];
    const pipeline: RunAudit = async (_, __, sinks) => {
      wanted.push(sinks.connection !== undefined);
      return { report: buildReport(sampleParts(), NO_WISH) };
    };
    await run(['a.pcap'], fakeWorld(), pipeline);
    await run(['a.pcap', '--format', 'ndjson'], fakeWorld(), pipeline);
    expect(wanted).toEqual([false, true]);
  });
});
