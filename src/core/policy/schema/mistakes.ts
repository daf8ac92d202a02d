/**
 * What zod found wrong → mistakes at the exact YAML node: an unknown key at the
 * key with the nearest spelling, a wrong type with what was expected and what
 * is there, one mistake for a union instead of one per branch.
 */
import type { z } from 'zod';
import type { Mistake, Position } from '../../base/errors.ts';
import { nearest } from '../../base/nearest.ts';
import { describeNode, keyPosition, nodeAt, plainOf, positionOf, quote } from '../tree.ts';
import type { Path, TreeNode } from '../tree.ts';

/** Checks a tree against a schema: the value when it fits, else all mistakes in the order of the file. */
export function checkTree<Schema extends z.ZodType>(schema: Schema, root: TreeNode): { value?: z.output<Schema>; mistakes: readonly Mistake[] } {
  const result = schema.safeParse(plainOf(root));
  if (result.success) return { value: result.data, mistakes: [] };
  const found = result.error.issues.flatMap((issue) => mistakesOf(issue, [], root));
  // A misspelt key is one mistake, not also a missing one.
  const meant = new Set(found.flatMap((mistake) => mistake.meant ?? []));
  return { mistakes: found.filter((mistake) => mistake.missing === undefined || !meant.has(mistake.missing)).map(({ message, at, help }) => (help === undefined ? { message, at } : { message, at, help })) };
}

/** A mistake with the path of the key that is missing, or that a misspelt key stands for. */
interface Found {
  readonly message: string;
  readonly at: Position;
  readonly help?: string;
  readonly missing?: string;
  readonly meant?: string;
}

type Issue = z.core.$ZodIssue;

function mistakesOf(issue: Issue, base: Path, root: TreeNode): readonly Found[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'symbol' ? step.toString() : step))];
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue, key, path, root));
  const node = nodeAt(root, path);
  if (node === undefined) return missing(path, root);
  if (issue.code === 'invalid_union') return unionMistakes(issue, path, node, root);
  if (issue.code === 'invalid_key') {
    const own = carried(issue.issues[0]?.message ?? '');
    return [{ message: own.message, at: keyPosition(root, path.slice(0, -1), String(path.at(-1))), ...own.help }];
  }
  return [valueMistake([issue], path, node, root)];
}

function unknownKey(issue: Issue, key: string, path: Path, root: TreeNode): Found {
  const [what = '', list = ''] = issue.message.split('\n');
  const known = list.split(' ');
  const near = nearest(key, known);
  const help = near === undefined ? `keys here: ${known.join(', ')}` : `did you mean \`${near}\`?`;
  return { message: `${what} has no key ${quote(key)}`, at: keyPosition(root, path, key), help, ...(near === undefined ? {} : { meant: keyPath(path, near) }) };
}

function missing(path: Path, root: TreeNode): readonly Found[] {
  const parent = nodeAt(root, path.slice(0, -1));
  if (parent?.kind === 'map' && parent.partial) return [];
  const owner = parent?.kind === 'map' ? idOf(parent) : undefined;
  const message = `the key \`${String(path.at(-1))}\` is missing${owner === undefined ? '' : ` in ${quote(owner)}`}`;
  return [{ message, at: positionOf(root, path), missing: keyPath(path.slice(0, -1), String(path.at(-1))) }];
}

function keyPath(path: Path, key: string): string {
  return JSON.stringify([...path, key]);
}

/** The branch whose kind fits what is there tells the mistake; when none does, all that were possible are named. */
function unionMistakes(issue: Issue & { code: 'invalid_union' }, path: Path, node: TreeNode, root: TreeNode): readonly Found[] {
  const fitting = issue.errors.find((branch) => !branch.some(isKindMismatch));
  if (fitting !== undefined) return fitting.flatMap((inner) => mistakesOf(inner, path, root));
  return [valueMistake(issue.errors.flatMap(flatMismatches), path, node, root)];
}

function isKindMismatch(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value' || issue.code === 'invalid_union');
}

function flatMismatches(branch: readonly Issue[]): readonly Issue[] {
  return branch.filter((issue) => issue.path.length === 0).flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flatMap(flatMismatches) : [issue]));
}

/** One mistake for the issues of one value: our own message where there is one, else expected and found. */
function valueMistake(issues: readonly Issue[], path: Path, node: TreeNode, root: TreeNode): Found {
  const at = positionOf(root, path);
  const ready = issues.find((issue) => issue.message.includes('\n') && (issue.code !== 'invalid_type' || carried(issue.message).help.help !== undefined));
  if (ready !== undefined && node.kind === 'scalar') {
    const own = carried(ready.message);
    return { message: own.message, at, ...own.help };
  }
  const small = issues.find((issue) => issue.code === 'too_small' || issue.code === 'too_big');
  if (small !== undefined && issues.length === 1) return { message: `${subject(path)} is ${rangeFault(small, node)}`, at };
  const values = issues.flatMap((issue) => (issue.code === 'invalid_value' ? issue.values.map(String) : []));
  const expected = [...new Set(issues.flatMap(expectation))].join(' or ');
  const near = node.kind === 'scalar' ? nearest(node.text, values) : undefined;
  const help = quotingHelp(issues, node) ?? (near === undefined ? undefined : `did you mean \`${near}\`?`);
  return { message: `${subject(path)} expects ${expected}, but here is ${describeNode(node)}`, at, ...(help === undefined ? {} : { help }) };
}

function expectation(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return [issue.values.length === 1 ? `\`${String(issue.values[0])}\`` : `one of ${issue.values.map(String).join(', ')}`];
  if (issue.message.includes('\n')) return [carried(issue.message).message];
  return issue.code === 'invalid_type' ? [KINDS.get(issue.expected) ?? issue.expected] : [];
}

function quotingHelp(issues: readonly Issue[], node: TreeNode): string | undefined {
  const wantsText = issues.some((issue) => (issue.code === 'invalid_type' && issue.expected === 'string') || (issue.code === 'invalid_value' && issue.values.includes(nodeText(node))));
  if (!wantsText || node.kind !== 'scalar' || node.value === null || typeof node.value === 'string') return undefined;
  return `put it in quotes: "${node.text}"`;
}

function nodeText(node: TreeNode): string {
  return node.kind === 'scalar' ? node.text : '';
}

function rangeFault(issue: Issue, node: TreeNode): string {
  if (node.kind !== 'scalar') return 'empty: give at least one item, or leave the key out';
  return issue.code === 'too_small' ? `less than ${String(issue.minimum)}` : `more than ${issue.code === 'too_big' ? String(issue.maximum) : 'allowed'}`;
}

function subject(path: Path): string {
  const key = path.findLast((step) => typeof step === 'string');
  if (key === undefined) return 'the file';
  return typeof path.at(-1) === 'number' ? `an item of \`${key}\`` : `\`${key}\``;
}

/** `message\nhelp` taken apart (schema/strict.ts). */
function carried(message: string): { readonly message: string; readonly help: { readonly help?: string } } {
  const [first = '', help = ''] = message.split('\n');
  return { message: first, help: help === '' ? {} : { help } };
}

function idOf(node: TreeNode): string | undefined {
  const own = nodeAt(node, ['id']);
  return own?.kind === 'scalar' ? own.text : undefined;
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['object', 'a map'],
  ['record', 'a map'],
  ['null', 'nothing'],
]);
