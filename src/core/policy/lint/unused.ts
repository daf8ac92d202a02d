/** Lint: features, phases, components, variables and sources that nothing in the policy speaks of. */
import { field, itemsOf, textsOf } from '../tree.ts';
import type { Position } from '../../base/errors.ts';
import type { TreeNode } from '../tree.ts';
import { quote } from '../tree.ts';
import { note } from './message.ts';
import type { Lint, LintId } from './message.ts';

/** Notes, not warnings: a run sheet may still name the feature or mark the phase. */
export function lintUnused(root: TreeNode): readonly Lint[] {
  const used = new Map<string, Set<string>>();
  collect(root, used);
  return KINDS.flatMap(({ id, what, declared, keys }) =>
    declarations(field(root, declared)).flatMap(({ name, at }) => {
      const spoken = keys.some((key) => used.get(key)?.has(name) === true);
      return spoken || isUncovered(root, declared, name) ? [] : [note(id, `nothing speaks of the ${what} ${quote(name)}`, at, 'remove it, or refer to it')];
    }),
  );
}

/** Texts under each key that refers to something, anywhere in the file; depth is bounded by the reader. */
function collect(node: TreeNode, used: Map<string, Set<string>>): void {
  if (node.kind === 'list') for (const item of node.items) collect(item, used);
  if (node.kind !== 'map') return;
  for (const [key, { value }] of node.pairs) {
    if (REFERRING.has(key)) for (const text of textsOf(value)) remember(used, key, text.value);
    if (key === 'listen') for (const { name } of declarations(value)) remember(used, key, name);
    collect(value, used);
  }
}

function remember(used: Map<string, Set<string>>, key: string, text: string): void {
  const names = used.get(key) ?? new Set();
  names.add(key === 'source' ? text.split('#')[0] ?? '' : text.replace(/^\$/, ''));
  used.set(key, names);
}

/** A component that is only set apart (`covered: false`) needs no other mention. */
function isUncovered(root: TreeNode, declared: string, name: string): boolean {
  const covered = field(field(field(root, declared), name), 'covered');
  return covered?.kind === 'scalar' && covered.value === false;
}

function declarations(node: TreeNode | undefined): readonly { readonly name: string; readonly at: Position }[] {
  if (node?.kind === 'map') return [...node.pairs].map(([name, pair]) => ({ name, at: pair.keyAt }));
  return itemsOf(node).flatMap((item) => textsOf(item).map((text) => ({ name: text.value, at: text.at })));
}

interface Kind {
  readonly id: LintId;
  readonly what: string;
  readonly declared: string;
  readonly keys: readonly string[];
}

const KINDS: readonly Kind[] = [
  { id: 'unused-source', what: 'source', declared: 'sources', keys: ['source'] },
  { id: 'unused-component', what: 'component', declared: 'components', keys: ['component', 'running', 'parent', 'to', 'listen'] },
  { id: 'unused-feature', what: 'feature', declared: 'features', keys: ['feature'] },
  { id: 'unused-phase', what: 'phase', declared: 'phases', keys: ['phase'] },
  { id: 'unused-variable', what: 'variable', declared: 'variables', keys: ['hosts'] },
];
const REFERRING: ReadonlySet<string> = new Set(KINDS.flatMap((kind) => kind.keys));
