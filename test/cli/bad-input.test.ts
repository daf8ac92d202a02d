/**
 * What a user may wrongly hand to `egret audit`: each with the exact words and
 * exit code of the built program. No stack trace ever reaches a user.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { bytes, u32 } from '../build/bytes.ts';
import { ethernet } from '../build/frames.ts';
import { tcp } from '../build/packets.ts';
import { pcapFile } from '../build/pcap.ts';
import { block, enhanced, interfaceDescription, section } from '../build/pcapng.ts';
import { type ProgramRun, Workplace } from '../build/program.ts';
import { readCaptureOf, stories, STORY_POLICY } from '../build/stories.ts';
import { ROOT } from '../source-tree.ts';

const place = new Workplace();
afterAll(() => place.remove());

const story = stories().find(({ name }) => name === 'telemetry');
if (story === undefined) throw new Error('the story telemetry is not recorded');
const capture = readCaptureOf(story);
const policy = path.join(ROOT, STORY_POLICY);
place.write('good.pcapng', capture);
mkdirSync(path.join(place.folder, 'folder'));

const READS = 'egret reads pcap and pcapng captures, plain or compressed with gzip, and its own recordings';
const syn = ethernet(tcp({ from: '10.0.0.2:40000', to: '203.0.113.7:443', flags: 'S', seq: 1 }));
const header = pcapFile([]);

/** Nothing on standard output, one message and its help on the other. */
function refusal(exit: number, message: string, help?: string): ProgramRun {
  return { exit, out: '', err: `egret: ${message}\n${help === undefined ? '' : `  help: ${help}\n`}` };
}

/** What was read of a file that is worth a report: its exit code, packets, and blind spots. */
function readOf(ran: ProgramRun): { exit: number | null; packets: number; cutAt: number | undefined; blind: readonly string[] } {
  const report: { inputs: { packets: number; cutAt?: number }[]; blindSpots: { code: string; count: number }[] } = JSON.parse(ran.out);
  expect(ran.err).toBe('');
  return { exit: ran.exit, packets: report.inputs[0]?.packets ?? -1, cutAt: report.inputs[0]?.cutAt, blind: report.blindSpots.map(({ code, count }) => `${code} ${count}`) };
}

describe('a file that is no capture is refused by what it looks like', () => {
  it.each<readonly [string, Uint8Array | string, string]>([
    ['notes.txt', 'some words\n', 'text'],
    ['report.json', '{"schema":"egret.report/1"}', 'JSON'],
    ['page.html', '<!DOCTYPE html><title>x</title>', 'an HTML page'],
    ['feed.xml', '<?xml version="1.0"?>', 'XML'],
    ['program', bytes(0x7f, 'ELF', 2, 1, 1, 0), 'a Linux program (ELF)'],
    ['archive.zip', bytes('PK', 3, 4, 20, 0), 'a zip archive'],
    ['picture.png', bytes(0x89, 'PNG\r\n', 0x1a, '\n'), 'a PNG picture'],
    ['noise.pcap', bytes(0xd4, 0xc3, 0xb2, 0xa0, 2, 0, 4, 0, 0, 0), 'bytes that start d4 c3 b2 a0 02 00 04 00'],
    ['short.pcap', bytes(0, 1), 'bytes that start 00 01'],
    ['text.gz', gzipSync('some words\n'), 'text'],
    ['twice.gz', gzipSync(gzipSync(capture)), 'gzip data inside gzip data'],
  ])('%s', (name, content, looks) => {
    place.write(name, content);
    expect(place.run(['audit', name])).toEqual(refusal(3, `${name} is not a capture: it looks like ${looks}`, READS));
  });

  it('and says so of standard input by its name', () => {
    expect(place.run(['audit', '-'], 'some words\n')).toEqual(refusal(3, 'standard input is not a capture: it looks like text', READS));
  });

  it('an empty file holds nothing that could be judged', () => {
    place.write('empty.pcap', '');
    expect(place.run(['audit', 'empty.pcap'])).toEqual(refusal(3, 'empty.pcap is empty (0 bytes)', 'the capture was never written: check the command that records it'));
    expect(place.run(['audit', '-'])).toEqual(refusal(3, 'standard input is empty (0 bytes)', 'the capture was never written: check the command that records it'));
  });
});

describe('a damaged capture is read as far as it makes sense', () => {
  const whole = bytes(section(), interfaceDescription(), enhanced(0, syn));
  it.each<readonly [string, Uint8Array, ReturnType<typeof readOf>]>([
    ['a header and nothing else', header, { exit: 2, packets: 0, cutAt: undefined, blind: [] }],
    ['cut in the header', header.subarray(0, 20), { exit: 2, packets: 0, cutAt: 0, blind: ['file-cut 1'] }],
    ['cut in a record', pcapFile([syn, syn]).subarray(0, -3), { exit: 0, packets: 1, cutAt: 24 + 16 + syn.length, blind: ['file-cut 1'] }],
    ['cut in a record header', pcapFile([syn, syn]).subarray(0, 24 + 16 + syn.length + 7), { exit: 0, packets: 1, cutAt: 24 + 16 + syn.length, blind: ['file-cut 1'] }],
    ['cut in a block', bytes(whole, enhanced(0, syn).subarray(0, 20)), { exit: 0, packets: 1, cutAt: whole.length, blind: ['file-cut 1'] }],
    ['cut in the section header', section().subarray(0, 10), { exit: 2, packets: 0, cutAt: 0, blind: ['file-cut 1'] }],
    ['a record of 2 GiB', bytes(pcapFile([syn]), u32(1, true), u32(0), u32(0x7fff_ffff, true), u32(0x7fff_ffff, true)), { exit: 0, packets: 1, cutAt: undefined, blind: ['file-damaged 1'] }],
    ['a block of 4 GiB', bytes(whole, block(6, bytes(), { length: 0xffff_fffc })), { exit: 0, packets: 1, cutAt: undefined, blind: ['file-damaged 1'] }],
    ['a block of length 0', bytes(whole, block(6, bytes(), { length: 0 })), { exit: 0, packets: 1, cutAt: undefined, blind: ['file-damaged 1'] }],
    ['a packet of 0 bytes', pcapFile([syn, bytes()]), { exit: 0, packets: 2, cutAt: undefined, blind: ['packet-damaged 1'] }],
    ['an unknown link type', pcapFile([syn], { link: 999 }), { exit: 2, packets: 1, cutAt: undefined, blind: ['link-unknown 1'] }],
  ])('%s', (name, content, expected) => {
    const file = `${name.replaceAll(' ', '-')}.pcap`;
    place.write(file, content);
    expect(readOf(place.run(['audit', file, '--json']))).toEqual(expected);
  });

  it('gzip that ends early gives what stood before, and one blind spot that says so', () => {
    place.write('cut.gz', gzipSync(capture).subarray(0, 20_000));
    const ran = place.run(['audit', 'cut.gz', '--json']);
    expect(readOf(ran)).toMatchObject({ exit: 0, blind: ['file-cut 1'] });
    expect(ran.out).toContain('the gzip data end early, at byte 20000');
  });

  it('gzip damaged in the middle gives what stood before', () => {
    const packed = gzipSync(capture);
    packed.fill(0xff, 15_000, 15_200);
    place.write('damaged.gz', packed);
    expect(readOf(place.run(['audit', 'damaged.gz', '--json']))).toMatchObject({ exit: 0, blind: expect.arrayContaining(['file-cut 1']) });
  });

  it('a cut takes its needs from claims of absence', () => {
    place.write('half.pcapng', capture.subarray(0, 50_000));
    const ran = place.run(['audit', 'half.pcapng', '-p', policy, '-q', '--json', '--fail-on', 'never']);
    const report: { claims: { id: string; verdict: string; blindSpots: string[] }[] } = JSON.parse(ran.out);
    expect(report.claims.find(({ id }) => id === 'C28')).toMatchObject({ verdict: 'not-observable', blindSpots: ['file-cut'] });
  });
});

describe('compressed and piped captures', () => {
  const plain = place.run(['audit', '-', '-p', policy, '-q', '--json'], capture);

  it('give the same report from standard input, gzip and several members', () => {
    expect(plain.exit).toBe(1);
    const packed = gzipSync(capture);
    expect(judged(place.run(['audit', '-', '-p', policy, '-q', '--json'], packed))).toEqual(judged(plain));
    const members = Buffer.concat([gzipSync(capture.subarray(0, 40_001)), gzipSync(capture.subarray(40_001))]);
    expect(judged(place.run(['audit', '-', '-p', policy, '-q', '--json'], members))).toEqual(judged(plain));
  });

  it('that expand beyond reason are refused in bounded memory', () => {
    place.write('bomb.gz', gzipSync(Buffer.concat([header, new Uint8Array(160 << 20)]), { level: 9 }));
    const ran = place.shell('ulimit -v 2000000; egret audit bomb.gz');
    expect(ran).toEqual(refusal(3, 'bomb.gz expands to more than 500 times its size, as no compressed capture does', 'if you trust it, decompress it yourself and audit the plain file'));
  });
});

describe('names that cannot be read', () => {
  it('are refused', () => {
    expect(place.run(['audit', 'good.pcap'])).toEqual(refusal(3, 'no such file: good.pcap', 'did you mean good.pcapng?'));
    expect(place.run(['audit', 'no/where.pcap'])).toEqual(refusal(3, 'no such file: no/where.pcap', 'there is no directory no that could be listed'));
    expect(place.run(['audit', 'good.pcapng/x'])).toEqual(refusal(3, 'no such file: good.pcapng/x', 'a part of the path is a file, not a directory'));
    expect(place.run(['audit', 'folder'])).toEqual(refusal(3, 'folder is a directory', 'it holds no bundle of egret; name the captures in it, for example folder/*.pcapng'));
    expect(place.run(['audit', 'x'.repeat(300)])).toEqual(refusal(3, `${'x'.repeat(60)} cannot be a file name (ENAMETOOLONG)`));
    expect(place.run(['audit', 'good.pcapng', '-p', 'none.yaml'])).toEqual(refusal(3, 'cannot read the policy none.yaml: no such file or folder', `check the path; it is taken from ${place.folder}`));
    expect(place.run(['audit', 'good.pcapng', '-p', 'folder'])).toEqual(refusal(3, 'cannot read the policy folder: it is a folder', `check the path; it is taken from ${place.folder}`));
    expect(place.run(['audit', 'good.pcapng', '--sheet', 'none.yaml'])).toEqual(refusal(3, 'cannot read the run sheet none.yaml: no such file or folder', `check the path; it is taken from ${place.folder}`));
  });

  // Root may read everything, unless it gives up the capabilities that say so.
  const isRoot = process.getuid?.() === 0;
  const asOrdinary = isRoot ? 'setpriv --bounding-set=-dac_override,-dac_read_search --inh-caps=-dac_override,-dac_read_search ' : '';
  const canTry = !isRoot || spawnSync('setpriv', ['--version']).status === 0;
  if (!canTry) console.log('skipped: a file without read permission is refused (root may read everything, and setpriv of util-linux is not here)');
  it.skipIf(!canTry)('are refused without permission', () => {
    place.write('secret.pcap', header);
    place.shell('chmod 000 secret.pcap');
    expect(place.shell(`${asOrdinary}'${process.execPath}' '${ROOT}/dist/main.js' audit secret.pcap`)).toEqual(refusal(3, 'no permission to read secret.pcap', 'captures are often written by root: make yours readable (sudo chmod a+r FILE) or copy it'));
  });
});

describe('outputs that cannot be written', () => {
  const elsewhere = 'choose another place with --output FILE or --format NAME=FILE, or make room there';
  it.each([
    ['a folder', ['-o', 'folder'], 'cannot write folder: it is a folder', elsewhere],
    ['a missing folder', ['-o', 'no/r.txt'], 'cannot write no/r.txt: no such file or folder', elsewhere],
    ['a recording in a missing folder', ['--record', 'no/r'], 'cannot write the recording no/r: no such file or folder', 'choose another file, or make room there'],
  ])('are refused: %s', (_what, words, message, help) => {
    expect(place.run(['audit', 'good.pcapng', '-p', policy, '-q', ...words])).toEqual(refusal(4, message, help));
  });

  it.skipIf(process.platform !== 'linux')('are refused: a full disk', () => {
    expect(place.run(['audit', 'good.pcapng', '-p', policy, '-q', '-o', '/dev/full'])).toEqual(refusal(4, 'cannot write /dev/full: no space left on the device', elsewhere));
    expect(place.run(['audit', 'good.pcapng', '-p', policy, '-q', '--record', '/dev/full'])).toEqual(refusal(4, 'cannot write the recording /dev/full: it is a pipe or a device, and the first line of a recording is written last', 'choose another file, or make room there'));
    expect(place.shell(`egret audit good.pcapng -p '${policy}' -q --format text > /dev/full`)).toEqual(refusal(4, 'cannot write to standard output: no space left on the device', 'make room there, or choose a file with --output FILE'));
  });

  it('leave nothing behind', () => {
    expect(place.shell('ls -A | grep tmp').out).toBe('');
  });

  it('a reader that goes away changes no verdict and hears no complaint', () => {
    const ran = place.shell(`egret audit good.pcapng -p '${policy}' --format ndjson | head -c 1 > /dev/null; echo "\${PIPESTATUS[0]}"`);
    expect(ran.out).toBe('1\n');
    expect(ran.err).not.toMatch(/bug|EPIPE| at /);
  });
});

describe('a policy that cannot be used', () => {
  it('shows all twenty mistakes with their places', () => {
    const ran = place.run(['audit', 'good.pcapng', '-p', path.join(ROOT, 'fixtures/policies/bad/twenty-mistakes.yaml')]);
    expect([ran.exit, ran.out]).toEqual([3, '']);
    expect(ran.err.split('\n').filter((line) => /^\S+twenty-mistakes\.yaml:\d+:\d+: /.test(line))).toHaveLength(20);
  });

  it.each<readonly [string, string, string]>([
    ['10 MB', `egret: 1\nname: x\n# ${'a'.repeat(10 << 20)}\n`, '1:1: the file has 10485780 characters, more than the 1048576 that egret reads'],
    ['nested 5,000 deep in brackets', `egret: 1\nname: x\nconnections: ${'['.repeat(5000)}${']'.repeat(5000)}\n`, '3:79: nesting is deeper than 64 levels'],
    ['nested 1,000 deep in lines', `egret: 1\nname: x\n${Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')}\n`, '68:67: nesting is deeper than 64 levels'],
  ])('of %s is refused in one sentence', (_what, text, message) => {
    place.write('bad.yaml', text);
    const ran = place.run(['audit', 'good.pcapng', '-p', 'bad.yaml']);
    expect([ran.exit, ran.out, ran.err.split('\n')[0]]).toEqual([3, '', `bad.yaml:${message}`]);
    expect(ran.err.length).toBeLessThan(1000);
  });
});

describe('flags and sheets that name what the policy does not know', () => {
  it('are refused with the nearest name', () => {
    expect(place.run(['audit', 'good.pcapng', '-p', policy, '--with', 'opnai'])).toEqual(refusal(3, 'there is no feature "opnai"', 'did you mean `openai`?'));
    expect(place.run(['audit', 'good.pcapng', '-p', policy, '--set', 'mcp_host=a.example:443/tcp'])).toEqual(refusal(3, 'there is no variable "mcp_host"', 'did you mean `mcp_hosts`?'));
    expect(place.run(['audit', 'good.pcapng', '-p', policy, '--set', 'mcp_hosts=a.example'])).toEqual(refusal(3, '--set mcp_hosts: "a.example" has no port', 'write host:port/transport, such as a.example:443/tcp'));
  });

  it('are refused at their place in the sheet', () => {
    place.write('lunch.yaml', 'egret-run: 1\nphases:\n  - { phase: lunch, from: 2026-11-22T22:40:34Z }\n');
    const ran = place.run(['audit', 'good.pcapng', '-p', policy, '--sheet', 'lunch.yaml']);
    expect([ran.exit, ran.err]).toEqual([3, 'lunch.yaml:3:14: there is no phase "lunch"\n  3 |   - { phase: lunch, from: 2026-11-22T22:40:34Z }\n    |              ^\n  help: did you mean `launch`?\n']);
  });

  it('and all mistakes of a sheet are shown', () => {
    place.write('bad-sheet.yaml', 'egret-run: 1\nscop: app\nlocal: [10.0.0.1/8]\nphases:\n  - { phase: task, from: noon }\n');
    const ran = place.run(['audit', 'good.pcapng', '-p', policy, '--sheet', 'bad-sheet.yaml']);
    expect(ran.exit).toBe(3);
    expect(ran.err.split('\n').filter((line) => line.startsWith('bad-sheet.yaml:')).map((line) => line.split(':').slice(1, 3).join(':'))).toEqual(['2:1', '3:9', '5:26']);
  });
});

/** Exit code and report, but for what the report says of its inputs. */
function judged(ran: ProgramRun): readonly unknown[] {
  const { inputs: _, ...report }: Record<string, unknown> = JSON.parse(ran.out);
  return [ran.exit, report];
}
