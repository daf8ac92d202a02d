import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markFolder, runsIn } from '../../../src/edge/marks/folder.ts';
import { listenForMarks } from '../../../src/edge/marks/listen.ts';
import { isListening, sendMark } from '../../../src/edge/marks/send.ts';
import { LINE_CAP, type MarkAnswer, type MarkWish } from '../../../src/edge/marks/words.ts';

let base = '';
let folder = '';
const taken: MarkWish[] = [];
const take = (wish: MarkWish): MarkAnswer => {
  taken.push(wish);
  return { done: true, said: `${wish.phase} has started`, help: '' };
};

beforeEach(() => {
  base = mkdtempSync(path.join(tmpdir(), 'egret-marks-'));
  folder = path.join(base, 'egret');
  taken.length = 0;
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

/** What a listener answers to raw bytes. */
function raw(socket: string, bytes: string): Promise<string> {
  return new Promise((done) => {
    let text = '';
    const client = connect(socket);
    client.on('data', (data) => (text += data.toString()));
    client.on('close', () => done(text));
    client.on('error', () => done(text));
    client.write(bytes);
  });
}

describe.skipIf(process.platform === 'win32')('marks over a local socket', () => {
  it('reach the run and bring its answer, and leave no socket behind', async () => {
    const listener = await listenForMarks(folder, 4711, take);
    expect(await runsIn(folder)).toEqual([{ pid: 4711, socket: listener.socket }]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(await sendMark(listener.socket, { edge: 'start', phase: 'idle' })).toEqual({ done: true, said: 'idle has started', help: '' });
    expect(taken).toEqual([{ edge: 'start', phase: 'idle' }]);
    await listener.close();
    expect(await runsIn(folder)).toEqual([]);
    expect(existsSync(listener.socket)).toBe(false);
  });

  it('take the place of a socket that a killed run of the same number left', async () => {
    mkdirSync(folder, { mode: 0o700 });
    writeFileSync(path.join(folder, '4711.sock'), '');
    expect(await isListening(path.join(folder, '4711.sock'))).toBe(false);
    expect(await sendMark(path.join(folder, '4711.sock'), { edge: 'start', phase: 'idle' })).toBeUndefined();
    const listener = await listenForMarks(folder, 4711, take);
    expect(await isListening(listener.socket)).toBe(true);
    await listener.close();
  });

  it.each([
    ['others may enter', () => { mkdirSync(folder); chmodSync(folder, 0o777); }],
    ['is a link', () => { mkdirSync(path.join(base, 'elsewhere'), { mode: 0o700 }); symlinkSync(path.join(base, 'elsewhere'), folder); }],
  ])('are not taken in a folder that %s, nor looked for there', async (_, make) => {
    make();
    await expect(listenForMarks(folder, 4711, take)).rejects.toMatchObject({ code: 'EPERM' });
    expect(await runsIn(folder)).toEqual([]);
  });

  it.each([
    ['no JSON', 'start idle\n'],
    ['another edge', '{"edge":"begin","phase":"idle"}\n'],
    ['a phase that is no text', '{"edge":"start","phase":7}\n'],
    ['a phase as long as a book', `{"edge":"start","phase":"${'x'.repeat(300)}"}\n`],
    ['a line without an end', 'x'.repeat(LINE_CAP + 1)],
  ])('refuse %s and go on listening', async (_, bytes) => {
    const listener = await listenForMarks(folder, 4711, take);
    expect(JSON.parse(await raw(listener.socket, bytes))).toMatchObject({ done: false, said: 'that is no mark' });
    expect(taken).toEqual([]);
    expect(await sendMark(listener.socket, { edge: 'end', phase: 'idle' })).toMatchObject({ done: true });
    await listener.close();
  });

  it('end with the listener, also where a client says nothing', async () => {
    const listener = await listenForMarks(folder, 4711, take);
    const silent = raw(listener.socket, '');
    await sendMark(listener.socket, { edge: 'start', phase: 'idle' });
    await listener.close();
    expect(await silent).toBe('');
  });
});

describe('the folder for marks', () => {
  it('is the user\'s runtime folder where there is one, and never a relative path', () => {
    expect(markFolder('/run/user/1000')).toBe(path.join('/run/user/1000', 'egret'));
    expect(markFolder('run')).toBe(markFolder(undefined));
    expect(path.isAbsolute(markFolder(undefined))).toBe(true);
  });
});
