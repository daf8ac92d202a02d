/** What a folder holds, where it is a bundle: its parts in order, and what run.json says. Reads no events. */
import path from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { readUserText, whyNot } from '../files.ts';
import type { World } from '../world.ts';
import { partsOf, RUN_FILE } from './names.ts';
import { parseRunFile, type ReadRunFile, RUN_VERSION } from './run-file.ts';

export interface BundlePlan {
  readonly folder: string;
  /** Undefined: there is none, or it makes no sense. */
  readonly run: ReadRunFile | undefined;
  readonly events: readonly string[];
  readonly captures: readonly string[];
  /** Parts are missing before the first one or between. */
  readonly isMissingParts: boolean;
}

/** The bundle in this folder; undefined where it holds none. Throws UsageError for one that a later egret wrote. */
export async function planBundle(folder: string, world: World): Promise<BundlePlan | undefined> {
  const names = await world.folderNames(folder).catch((error: unknown) => {
    throw new UsageError(`cannot read the folder ${folder}: ${whyNot(error)}`, 'make it yours, or copy it: sudo chown -R YOU FOLDER');
  });
  const [events, captures] = [partsOf('events', names), partsOf('capture', names)];
  if (!names.includes(RUN_FILE) && events.files.length === 0) return undefined;
  const run = names.includes(RUN_FILE) ? parseRunFile(await readUserText(path.join(folder, RUN_FILE), 'the run file', world)) : undefined;
  if (run !== undefined && run.version > RUN_VERSION) throw new UsageError(`${folder} is a bundle of version ${run.version}; this egret reads up to ${RUN_VERSION}`, 'use the egret that made it, or a newer one');
  // A part may have been begun in the moment in which egret was ended.
  const written = (files: readonly string[]): string[] => files.map((name) => path.join(folder, name)).filter((name) => world.kindOf(name) === 'file');
  const removed = run?.removed === undefined ? 0 : run.removed.events + run.removed.capture;
  return { folder, run, events: written(events.files), captures: written(captures.files), isMissingParts: removed > 0 || events.isBroken || captures.isBroken };
}
