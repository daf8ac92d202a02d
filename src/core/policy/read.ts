/**
 * YAML text → tree with positions; the only file that knows the yaml package.
 * Guards come first: size, then nesting counted on the token stream, because a
 * deep document makes the composer recurse until Node aborts. Every mistake is
 * collected with its line and column. Never resolves tags, merges keys or
 * expands aliases beyond a fixed number of nodes.
 */
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, LineCounter, Parser } from 'yaml';
import type { Document, Node } from 'yaml';
import type { Mistake, Position } from '../base/errors.ts';
import { quote } from './tree.ts';
import type { MapNode, Pair, TreeNode } from './tree.ts';

export interface ReadTree {
  /** Absent when the text is no YAML, or nothing of it. */
  readonly root?: TreeNode;
  readonly mistakes: readonly Mistake[];
}

/** Takes the text of one file and its name for positions; gives the tree, and all mistakes of YAML itself. */
export function readTree(text: string, file: string): ReadTree {
  if (text.length > MAX_TEXT) {
    const message = `the file has ${text.length} characters, more than the ${MAX_TEXT} that egret reads`;
    return { mistakes: [{ message, at: { file, line: 1, column: 1 }, help: 'split it, or check that it is the file you meant' }] };
  }
  const lines = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const tokens = tokensOf(text, lines);
  if (typeof tokens === 'number') {
    const message = `nesting is deeper than ${MAX_DEPTH} levels`;
    return { mistakes: [{ message, at: at(tokens), help: 'no part of the language is nested that deep' }] };
  }
  return composed(tokens, text.length, at);
}

/** The token stream, or the offset at which it is nested too deep. Lexer and parser keep their own stack: nothing recurses. */
function tokensOf(text: string, lines: LineCounter): Tokens | number {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: Tokens[number][] = [];
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH + OUTER_TOKENS) return parser.offset;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

function composed(tokens: Tokens, length: number, at: (offset: number) => Position): ReadTree {
  const mistakes: Mistake[] = [];
  let first: Document.Parsed | undefined;
  // uniqueKeys compares every key with every other; the tree builder finds repeats in linear time.
  for (const document of new Composer({ uniqueKeys: false }).compose(tokens, true, length)) {
    if (first !== undefined) {
      mistakes.push({ message: 'a second YAML document starts here', at: at(document.range[0]), help: 'remove the `---` line: one file is one document' });
      break;
    }
    first = document;
  }
  if (first === undefined) return { mistakes };
  for (const fault of first.errors) mistakes.push(syntaxMistake(fault.code, fault.message, at(fault.pos[0])));
  if (first.errors.length > 0) return { mistakes: capped(mistakes) };
  for (const fault of first.warnings) mistakes.push(syntaxMistake(fault.code, fault.message, at(fault.pos[0])));
  if (first.directives.yaml.explicit === true && first.directives.yaml.version !== '1.2') {
    mistakes.push({ message: `YAML ${first.directives.yaml.version} is not read`, at: at(0), help: 'remove the `%YAML` line: egret reads YAML 1.2' });
  }
  const builder: Builder = { at, mistakes, anchors: new Map(), left: MAX_NODES };
  const built = first.contents === null ? undefined : build(first.contents, builder)?.node;
  // A tree cut off by the budget would only bring mistakes about what is missing.
  const root = builder.left > 0 ? built : undefined;
  return { ...(root === undefined ? {} : { root }), mistakes: capped(mistakes) };
}

/** A node with the number of nodes it stands for once aliases are followed. */
interface Built {
  readonly node: TreeNode;
  readonly size: number;
}

interface Builder {
  readonly at: (offset: number) => Position;
  readonly mistakes: Mistake[];
  readonly anchors: Map<string, Built>;
  /** Nodes that may still be made; aliases count with all that stands behind them. */
  left: number;
}

/** Recursion is bounded by MAX_DEPTH. Undefined when the node budget is spent or an alias leads nowhere. */
function build(source: Node, builder: Builder): Built | undefined {
  const at = builder.at(source.range?.[0] ?? 0);
  if (isAlias(source)) return spend(aliased(source.source, at, builder), at, builder);
  if (spend({ size: 1 }, at, builder) === undefined) return undefined;
  if (isScalar(source)) return anchored(source, { node: scalar(source.value, source.source, at), size: 1 }, builder);
  if (isMap(source)) return anchored(source, buildMap(source.items, at, builder), builder);
  return isSeq(source) ? anchored(source, buildList(source.items, at, builder), builder) : undefined;
}

function buildList(items: readonly unknown[], at: Position, builder: Builder): Built {
  const built = items.flatMap((item) => (isNode(item) ? build(item, builder) ?? [] : []));
  return { node: { kind: 'list', at, items: built.map((item) => item.node) }, size: sizeOf(built) };
}

function buildMap(items: readonly { readonly key: unknown; readonly value?: unknown }[], at: Position, builder: Builder): Built {
  const pairs = new Map<string, Pair>();
  const sizes: Built[] = [];
  let partial = false;
  for (const item of items) {
    const keyAt = isNode(item.key) ? builder.at(item.key.range?.[0] ?? 0) : at;
    const key = keyText(item.key);
    const fault = key === undefined ? NOT_A_KEY : keyFault(key, pairs);
    const value = isNode(item.value) ? build(item.value, builder) : { node: scalar(null, undefined, keyAt), size: 1 };
    if (fault !== undefined) builder.mistakes.push({ ...fault, at: keyAt });
    if (value === undefined || key === undefined || fault !== undefined) {
      partial = true;
      continue;
    }
    pairs.set(key, { keyAt, value: value.node });
    sizes.push(value);
  }
  const node: MapNode = { kind: 'map', at, pairs, partial };
  return { node, size: sizeOf(sizes) };
}

function keyText(key: unknown): string | undefined {
  if (!isScalar(key)) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

function keyFault(key: string, pairs: ReadonlyMap<string, Pair>): Mistake | undefined {
  if (key === '<<') return { message: 'merge keys (`<<`) are not part of the language', help: 'write the keys out, so that every line can be read alone' };
  if (key === '__proto__') return { message: 'the key "__proto__" cannot be used', help: 'choose another name' };
  const earlier = pairs.get(key);
  if (earlier === undefined) return undefined;
  return { message: `the key ${quote(key)} is given twice`, help: `first given in line ${earlier.keyAt.line}; keep one` };
}

function aliased(name: string, at: Position, builder: Builder): Built | undefined {
  const target = builder.anchors.get(name);
  if (target === undefined && builder.left > 0) {
    builder.mistakes.push({ message: `the alias ${quote(`*${name}`)} names no anchor that stands before it`, at, help: 'anchors are written `&name` before their value' });
  }
  return target;
}

/** Takes the size off the node budget; the first time it does not suffice is a mistake. */
function spend<T extends { readonly size: number }>(built: T | undefined, at: Position, builder: Builder): T | undefined {
  if (built === undefined) return undefined;
  const spentBefore = builder.left <= 0;
  builder.left -= built.size;
  if (builder.left > 0) return built;
  if (!spentBefore) builder.mistakes.push({ message: `aliases and values add up to more than ${MAX_NODES} nodes`, at, help: 'write fewer aliases of aliases' });
  builder.left = 0;
  return undefined;
}

function anchored(source: { readonly anchor?: string }, built: Built, builder: Builder): Built {
  if (source.anchor !== undefined) builder.anchors.set(source.anchor, built);
  return built;
}

function scalar(value: unknown, source: string | undefined, at: Position): TreeNode {
  const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
  return { kind: 'scalar', at, value: known, text: source ?? (known === null ? '' : String(known)) };
}

function sizeOf(built: readonly Built[]): number {
  return built.reduce((sum, item) => sum + item.size, 1);
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isMap(value) || isSeq(value) || isAlias(value);
}

function syntaxMistake(code: string, message: string, at: Position): Mistake {
  const known = SYNTAX[code];
  return known === undefined ? { message: `this is not YAML: ${quote(message)}`, at } : { ...known, at };
}

/** One damaged line can upset every line below it; the first hundred are enough to work with. */
function capped(mistakes: readonly Mistake[]): readonly Mistake[] {
  if (mistakes.length <= MAX_MISTAKES) return mistakes;
  return [...mistakes.slice(0, MAX_MISTAKES), { message: `and ${mistakes.length - MAX_MISTAKES} more mistakes of this kind` }];
}

type Tokens = readonly Parameters<Composer['next']>[0][];

/** 1 MB: the largest policy in use has some 20,000 entries and needs no more; parsing stays near a second. */
export const MAX_TEXT = 1_048_576;
/** The language nests about ten levels; below some hundreds the composer's recursion is safe on every Node. */
const MAX_DEPTH = 64;
/** The parser's stack also holds the document and the scalar being read. */
const OUTER_TOKENS = 2;
/** More than 1 MB of honest YAML holds; an alias bomb reaches it at once. */
const MAX_NODES = 500_000;
const MAX_MISTAKES = 100;

const NOT_A_KEY: Mistake = { message: 'a key must be a word', help: 'lists and maps cannot be keys; quote the key if it begins with a bracket or `*`' };
const SYNTAX: Readonly<Record<string, Mistake>> = {
  TAB_AS_INDENT: { message: 'a tab indents this line', help: 'indent with spaces' },
  BLOCK_AS_IMPLICIT_KEY: { message: 'a second `: ` on this line makes a map inside a map', help: 'put the value in quotes, or start a new line' },
  TAG_RESOLVE_FAILED: { message: 'tags (`!name`) are not part of the language', help: 'remove the tag' },
  MISSING_CHAR: { message: 'a quote, bracket or comma is missing here' },
  BAD_INDENT: { message: 'this line is not indented like its neighbours', help: 'keys of one map start in one column' },
  UNEXPECTED_TOKEN: { message: 'this does not belong here', help: 'a value that begins with a special character needs quotes' },
};
