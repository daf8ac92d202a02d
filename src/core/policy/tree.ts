/**
 * A YAML document as egret keeps it: maps, lists and scalars, each knowing
 * where it stands. Takes nothing from the yaml package (only read.ts does), so
 * schema, references and builders point at lines without knowing who parsed.
 */
import type { Position } from '../base/errors.ts';
import { forTerminal } from '../base/wire-text.ts';

export type TreeNode = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: 'map';
  readonly at: Position;
  /** Keys are unique; a repeated one was reported and left out. */
  readonly pairs: ReadonlyMap<string, Pair>;
  /** Something of it was refused and reported, so that "missing" says nothing here. */
  readonly partial: boolean;
}

export interface Pair {
  readonly keyAt: Position;
  readonly value: TreeNode;
}

interface ListNode {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly TreeNode[];
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** As written, without quotes: `0700` stays `0700`. */
  readonly text: string;
}

export type Path = readonly (string | number)[];

/** The node under `path`; undefined when some step of it is not there. */
export function nodeAt(root: TreeNode, path: Path): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const step of path) node = node === undefined ? undefined : child(node, step);
  return node;
}

/** Where `path` stands; for what is absent, the deepest part of it that is there. */
export function positionOf(root: TreeNode, path: Path): Position {
  let at = root.at;
  let node: TreeNode | undefined = root;
  for (const step of path) {
    node = node === undefined ? undefined : child(node, step);
    if (node === undefined) return at;
    at = node.at;
  }
  return at;
}

/** Where the key `key` of the map under `path` stands. */
export function keyPosition(root: TreeNode, path: Path, key: string): Position {
  const node = nodeAt(root, path);
  const pair = node?.kind === 'map' ? node.pairs.get(key) : undefined;
  return pair?.keyAt ?? positionOf(root, path);
}

/** The value of `key` when the node is a map that has it. */
export function field(node: TreeNode | undefined, key: string): TreeNode | undefined {
  return node?.kind === 'map' ? node.pairs.get(key)?.value : undefined;
}

/** Items of a list; a scalar or map stands for a list of itself, as in `port: 443/tcp`. */
export function itemsOf(node: TreeNode | undefined): readonly TreeNode[] {
  if (node === undefined) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The text scalars among {@link itemsOf}; other kinds are the schema's to refuse. */
export function textsOf(node: TreeNode | undefined): readonly (ScalarNode & { readonly value: string })[] {
  return itemsOf(node).flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [{ ...item, value: item.value }] : []));
}

/** Plain values for the schema. Maps have no prototype, so that no key of theirs is special. */
export function plainOf(node: TreeNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainOf);
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, pair] of node.pairs) plain[key] = plainOf(pair.value);
  return plain;
}

/** What stands there, for messages: `the number 443`, `a list`. */
export function describeNode(node: TreeNode): string {
  if (node.kind !== 'scalar') return node.kind === 'map' ? 'a map' : 'a list';
  if (node.value === null) return 'nothing';
  return typeof node.value === 'string' ? `the text ${quote(node.value)}` : `the ${typeof node.value === 'number' ? 'number' : 'word'} ${node.text}`;
}

/** Text of the file in a message: short, in quotes, nothing that moves a cursor. */
export function quote(text: string): string {
  return `"${forTerminal(text, QUOTE_LIMIT)}"`;
}

function child(node: TreeNode, step: string | number): TreeNode | undefined {
  if (node.kind === 'map') return node.pairs.get(String(step))?.value;
  return node.kind === 'list' && typeof step === 'number' ? node.items[step] : undefined;
}

/** Long enough for every host label, short enough for one line. */
const QUOTE_LIMIT = 80;
