/** Whether a run could take marks here: a listener where runs have theirs, and a mark sent to it. Takes the folder away again if it made it. */
import { lstat, rmdir } from 'node:fs/promises';
import type { MarksTry } from '../../core/report/doctor/facts.ts';
import { markFolder } from '../marks/folder.ts';
import { listenForMarks, type MarkListener } from '../marks/listen.ts';
import { sendMark } from '../marks/send.ts';
import { sayError, since } from './limit.ts';

export async function tryMarks(env: Readonly<Record<string, string | undefined>>, pid: number): Promise<MarksTry> {
  const folder = markFolder(env['XDG_RUNTIME_DIR']);
  const wasThere = await lstat(folder).then(() => true, () => false);
  let listener: MarkListener | undefined;
  try {
    const begun = performance.now();
    let isTaken = false;
    listener = await listenForMarks(folder, pid, () => {
      isTaken = true;
      return { done: false, said: 'egret doctor was only trying', help: 'start a run first' };
    });
    const answer = await sendMark(listener.socket, { edge: 'at', phase: 'doctor' });
    return isTaken && answer !== undefined ? { kind: 'works', ms: since(begun), folder } : { kind: 'failed', said: 'a mark sent there got no answer', folder };
  } catch (error) {
    return { kind: 'failed', said: sayError(error), folder };
  } finally {
    await listener?.close();
    // Another run may have begun to use it: then it is not empty and stays.
    if (!wasThere) await rmdir(folder).catch(() => {});
  }
}
