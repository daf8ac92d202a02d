/** The names a policy declares, gathered from the raw tree: references are checked even where other parts are wrong. */
import type { Mistake } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { field, itemsOf, quote, textsOf } from './tree.ts';
import type { ScalarNode, TreeNode } from './tree.ts';

export type NameKind = 'source' | 'component' | 'feature' | 'phase' | 'variable' | 'entry';

export type Names = Readonly<Record<NameKind, ReadonlySet<string>>>;

export function namesOf(root: TreeNode): Names {
  return {
    source: keysOf(field(root, 'sources')),
    component: keysOf(field(root, 'components')),
    feature: keysOf(field(root, 'features')),
    phase: new Set(textsOf(field(root, 'phases')).map((node) => node.value)),
    variable: keysOf(field(root, 'variables')),
    entry: new Set(itemsOf(field(root, 'connections')).flatMap((entry) => textsOf(field(entry, 'id')).map((node) => node.value))),
  };
}

/** Mistakes for those texts of the node that are no declared name of this kind. */
export function unknownNames(kind: NameKind, node: TreeNode | undefined, names: Names): readonly Mistake[] {
  return textsOf(node).flatMap((text) => unknownName(kind, text.value, names[kind], text) ?? []);
}

/** One mistake when `name` is not among the known. */
export function unknownName(kind: string, name: string, known: ReadonlySet<string>, node?: Pick<ScalarNode, 'at'>): Mistake | undefined {
  if (known.has(name)) return undefined;
  const near = nearest(name, known);
  const list = [...known].slice(0, SHOWN_CAP).join(', ');
  const help = near === undefined ? (list === '' ? `no ${kind} is declared` : `known: ${list}${known.size > SHOWN_CAP ? ', …' : ''}`) : `did you mean \`${near}\`?`;
  return { message: `there is no ${kind} ${quote(name)}`, ...(node === undefined ? {} : { at: node.at }), help };
}

function keysOf(node: TreeNode | undefined): ReadonlySet<string> {
  return new Set(node?.kind === 'map' ? node.pairs.keys() : []);
}

/** More names than a line holds help nobody. */
const SHOWN_CAP = 24;
