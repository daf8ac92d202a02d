/** Variables of a policy: their values from `--set` or the run sheet, else the policy's default; each checked against its type. */
import type { Mistake, Position } from '../base/errors.ts';
import { unknownName } from './names.ts';
import type { Names } from './names.ts';
import type { Variable } from './policy.ts';
import { field, itemsOf, textsOf } from './tree.ts';
import type { TreeNode } from './tree.ts';
import { readEndpoint, readHostPattern } from './words/host-word.ts';
import { accepted } from './words/reading.ts';
import type { Reading } from './words/reading.ts';

/** Takes the policy's tree and the given values; values of unknown variables and of the wrong form are mistakes. */
export function readVariables(root: TreeNode, names: Names, given: Readonly<Record<string, readonly string[]>>): { variables: ReadonlyMap<string, Variable>; mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = Object.keys(given).flatMap((name) => unknownName('variable', name, names.variable) ?? []);
  const variables = new Map<string, Variable>();
  for (const name of names.variable) {
    const declared = field(field(root, 'variables'), name);
    const type = typeOf(declared);
    if (type === undefined) continue;
    const defaults = textsOf(field(declared, 'default'));
    for (const text of defaults) mistakes.push(...wordMistakes(type, text.value, `the variable ${name}`, text.at));
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    for (const value of own ?? []) mistakes.push(...wordMistakes(type, value, `--set ${name}`));
    variables.set(name, { type, value: own ?? defaults.map((text) => text.value) });
  }
  return { variables, mistakes };
}

function typeOf(declared: TreeNode | undefined): Variable['type'] | undefined {
  const text = itemsOf(field(declared, 'type'))[0];
  const type = text?.kind === 'scalar' ? text.text : '';
  return type === 'endpoints' || type === 'hosts' || type === 'text' ? type : undefined;
}

function wordMistakes(type: Variable['type'], value: string, where: string, at?: Position): readonly Mistake[] {
  const reading = READERS[type](value);
  return reading.ok ? [] : [{ message: `${where}: ${reading.message}`, ...(at === undefined ? {} : { at }), help: reading.help }];
}

const READERS: Readonly<Record<Variable['type'], (text: string) => Reading<unknown>>> = {
  endpoints: readEndpoint,
  hosts: readHostPattern,
  text: accepted,
};
