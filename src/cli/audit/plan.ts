/** Which files make up which scope, and what is known of each scope before a byte is read: run sheets beside the files, flags over them. */
import path from 'node:path';
import { UsageError } from '../../core/base/errors.ts';
import { readSheet } from '../../core/policy/read-sheet.ts';
import type { AddedRoot, RunSheet } from '../../core/policy/sheet.ts';
import { planBundle, type BundlePlan } from '../bundle/plan.ts';
import { readUserText } from '../files.ts';
import { readRoots } from './roots.ts';
import type { AuditOptions } from '../pipeline-types.ts';
import type { World } from '../world.ts';

/** One scope: a file of its own, or the parts of one rotation in time order. */
export interface ScopePlan {
  readonly files: readonly string[];
  readonly sheet: RunSheet | undefined;
  /** It is the bundle of a live run, and `files` is its folder. */
  readonly bundle?: BundlePlan;
}

/** Throws UsageError with every mistake of every sheet. */
export async function planScopes(options: AuditOptions, world: World): Promise<ScopePlan[]> {
  const given = options.sheet === undefined ? undefined : await loadSheet(options.sheet, world);
  return Promise.all(groupRotations(options.files).map(async (files) => {
    const [first = ''] = files;
    const bundle = world.kindOf(first) === 'folder' ? await planBundle(first, world) : undefined;
    if (bundle !== undefined) return { files, sheet: given, bundle };
    return { files, sheet: given ?? (await sheetBeside(first, world)) };
  }));
}

/** Parts of one rotation by dumpcap's naming (`name_00001_20261122093000.pcapng`); every other file stands alone, in the order given. */
function groupRotations(files: readonly string[]): string[][] {
  const groups: string[][] = [];
  const open = new Map<string, string[]>();
  for (const file of files) {
    const part = ROTATION.exec(file);
    const group = part === null ? undefined : open.get(`${part[1]}${part[4]}`);
    if (group !== undefined) {
      group.push(file);
      continue;
    }
    const begun = [file];
    groups.push(begun);
    if (part !== null) open.set(`${part[1]}${part[4]}`, begun);
  }
  return groups.map((group) => group.sort((one, other) => (group.length > 1 && one < other ? -1 : 1)));
}

/** The sheet with flags laid over it, and which of its facts they replaced; `caRoots` are what the files of `--ca-file` hold. */
export function overlay(sheet: RunSheet | undefined, options: AuditOptions, caRoots: readonly AddedRoot[]): { readonly sheet: RunSheet; readonly overridden: readonly string[] } {
  const base = sheet ?? NOTHING_KNOWN;
  const variables = { ...base.variables, ...options.variables };
  const overridden = [
    ...(options.features !== undefined && base.features !== undefined ? ['features'] : []),
    ...(options.local.length > 0 && base.local.length > 0 ? ['local'] : []),
    ...(options.scope !== undefined && base.scope !== undefined && options.scope !== base.scope ? ['scope'] : []),
    ...(options.platform !== undefined && base.platform !== undefined && options.platform !== base.platform ? ['platform'] : []),
    ...Object.keys(options.variables).filter((name) => base.variables[name] !== undefined).map((name) => `variables.${name}`),
  ];
  const isFlagged = (place: string): boolean => (options.features !== undefined && place.startsWith('feature ')) || Object.keys(options.variables).some((name) => place === `variable ${name}`);
  const laid: RunSheet = {
    ...base,
    ...(base.places === undefined ? {} : { places: new Map([...base.places].filter(([place]) => !isFlagged(place))) }),
    variables,
    local: options.local.length > 0 ? options.local : base.local,
    roots: [...base.roots, ...options.caFiles],
    ...(caRoots.length === 0 ? {} : { addedRoots: [...(base.addedRoots ?? []), ...caRoots] }),
    ...(options.features === undefined ? {} : { features: options.features }),
    ...(options.scope === undefined ? {} : { scope: options.scope }),
    ...(options.platform === undefined ? {} : { platform: options.platform }),
  };
  return { sheet: laid, overridden };
}

async function sheetBeside(file: string, world: World): Promise<RunSheet | undefined> {
  if (file === '-') return undefined;
  const stem = file.replace(CAPTURE_ENDING, '');
  for (const candidate of [`${stem}.run.yaml`, `${file}.run.yaml`, path.join(path.dirname(file), 'story.run.yaml')]) {
    if (await world.exists(candidate)) return loadSheet(candidate, world);
  }
  return undefined;
}

async function loadSheet(file: string, world: World): Promise<RunSheet> {
  const text = await readUserText(file, 'the run sheet', world);
  const { sheet, mistakes } = readSheet(text, file);
  if (sheet === undefined) throw new UsageError(mistakes);
  const roots = sheet.roots.map((root) => path.join(path.dirname(file), root));
  return roots.length === 0 ? sheet : { ...sheet, roots, addedRoots: await readRoots(roots, world) };
}

/** What is known without a sheet. */
const NOTHING_KNOWN: RunSheet = { variables: {}, local: [], roots: [], components: [], clockOffset: 0 };
const ROTATION = /^(.*)_(\d{5,})_(\d{14})(\.[^/]*)$/;
const CAPTURE_ENDING = /(?:\.(?:pcapng|pcap|cap|ntar|ndjson|jsonl))?(?:\.gz)?$/i;
