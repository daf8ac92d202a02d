/**
 * Run-sheet text → RunSheet. As strict as a policy: unknown keys, wrong types
 * and impossible ranges are mistakes with their line. `story:` belongs to
 * tests and is read past. Names are not checked here, because a sheet does not
 * know its policy: see {@link sheetMistakes}.
 */
import type { Mistake, Position } from '../base/errors.ts';
import { canonicalAddress } from '../base/address.ts';
import { list, valueOf } from './build/values.ts';
import { emptyFile, inFileOrder } from './document.ts';
import { unknownName } from './names.ts';
import type { Policy } from './policy.ts';
import { readTree } from './read.ts';
import { checkTree } from './schema/mistakes.ts';
import { sheetSchema } from './schema/sheet.ts';
import type { PhaseRange, RunSheet } from './sheet.ts';
import { field, itemsOf, positionOf, textsOf } from './tree.ts';
import type { TreeNode } from './tree.ts';
import { formatEnd, readCidr, readEnd } from './words/address-word.ts';
import type { EndWord } from './words/address-word.ts';
import { readDuration, readMoment } from './words/amount-word.ts';

export interface ReadSheet {
  readonly sheet?: RunSheet;
  readonly mistakes: readonly Mistake[];
}

/** Takes the text and the name of its file; gives the sheet, or all mistakes in the order of the file. */
export function readSheet(text: string, file: string): ReadSheet {
  const { root, mistakes: syntax } = readTree(text, file);
  if (root === undefined) return { mistakes: syntax.length > 0 ? syntax : [emptyFile(file, 'run sheet', 'egret-run: 1')] };
  const { value: input, mistakes: schema } = checkTree(sheetSchema, root);
  const mistakes = inFileOrder([...syntax, ...schema, ...phaseMistakes(root), ...endMistakes(root)]);
  if (mistakes.length > 0 || input === undefined) return { mistakes };
  const { scope, platform, features, variables, phases, proxy } = input;
  const sheet: RunSheet = {
    file,
    ...(scope === undefined ? {} : { scope }),
    ...(platform === undefined ? {} : { platform }),
    ...(features === undefined ? {} : { features: features === 'none' ? [] : features }),
    variables: variables ?? {},
    ...(phases === undefined ? {} : { phases: phases.map(buildPhase) }),
    local: list(input.local).map((cidr) => valueOf(readCidr(cidr))),
    ...(proxy === undefined || proxy === 'none' ? {} : { proxy: { address: proxy.address, port: proxy.port, variablesSet: proxy['variables-set'], ...(proxy['no-proxy'] === undefined ? {} : { noProxy: proxy['no-proxy'] }) } }),
    ...(input.resolvers === undefined ? {} : { resolvers: list(input.resolvers).map((word) => canonicalAddress(word) ?? word) }),
    roots: list(input.roots),
    components: (input.components ?? []).map((hint) => ({ component: hint.component, local: list(hint.local).map((end) => formatEnd(valueOf(readEnd(end)))) })),
    places: placesOf(root),
    clockOffset: typeof input['clock-offset'] === 'string' ? valueOf(readDuration(input['clock-offset'])) : 0,
  };
  return { sheet, mistakes: [] };
}

/** Features, phases, components and variables of a sheet that its policy does not know: a misspelt feature would be "off" without a word. */
export function sheetMistakes(sheet: RunSheet, policy: Policy): readonly Mistake[] {
  const check = (kind: string, names: readonly string[], known: Iterable<string>): readonly Mistake[] => {
    const set = new Set(known);
    return [...new Set(names)].flatMap((name) => {
      const at = sheet.places?.get(`${kind} ${name}`);
      return unknownName(kind, name, set, at === undefined ? undefined : { at }) ?? [];
    });
  };
  return [
    ...check('feature', sheet.features ?? [], policy.features.keys()),
    ...check('phase', (sheet.phases ?? []).map((range) => range.phase), policy.phases),
    ...check('component', sheet.components.map((hint) => hint.component), policy.components.keys()),
    ...check('variable', Object.keys(sheet.variables), policy.variables.keys()),
  ];
}

/** The first place of each name; keys of variables stand where their maps say. */
function placesOf(root: TreeNode): ReadonlyMap<string, Position> {
  const places = new Map<string, Position>();
  const note = (kind: string, name: string, at: Position): void => {
    if (!places.has(`${kind} ${name}`)) places.set(`${kind} ${name}`, at);
  };
  for (const { value, at } of textsOf(field(root, 'features'))) note('feature', value, at);
  for (const [kind, key] of [['phase', 'phases'], ['component', 'components']] as const) {
    for (const item of itemsOf(field(root, key))) for (const { value, at } of textsOf(field(item, kind))) note(kind, value, at);
  }
  const variables = field(root, 'variables');
  if (variables?.kind === 'map') for (const [name, { keyAt }] of variables.pairs) note('variable', name, keyAt);
  return places;
}

function buildPhase(range: { readonly phase: string; readonly from: string; readonly to?: string }): PhaseRange {
  const from = valueOf(readMoment(range.from));
  return range.to === undefined ? { phase: range.phase, from } : { phase: range.phase, from, to: valueOf(readMoment(range.to)) };
}

function phaseMistakes(root: TreeNode): readonly Mistake[] {
  return itemsOf(field(root, 'phases')).flatMap((range) => {
    const [from, to] = ['from', 'to'].map((key) => readMoment(textsOf(field(range, key))[0]?.value ?? ''));
    if (from?.ok !== true || to?.ok !== true || from.value <= to.value) return [];
    return [{ message: 'the phase ends before it starts', at: positionOf(range, ['to']), help: '`from` is the earlier time' }];
  });
}

/** A hint names sockets, so it needs the port; and a socket belongs to one component. */
function endMistakes(root: TreeNode): readonly Mistake[] {
  const owners = new Map<string, string>();
  const mistakes: Mistake[] = [];
  for (const hint of itemsOf(field(root, 'components'))) {
    const component = textsOf(field(hint, 'component'))[0]?.value ?? '';
    for (const text of textsOf(field(hint, 'local'))) {
      const end = readEnd(text.value);
      if (!end.ok) continue;
      const fault = endFault(end.value, component, owners);
      if (fault !== undefined) mistakes.push({ ...fault, at: text.at });
    }
  }
  return mistakes;
}

function endFault(end: EndWord, component: string, owners: Map<string, string>): Mistake | undefined {
  if (end.port === undefined) return { message: 'a local end without its port', help: 'write address:port/transport' };
  const key = formatEnd(end);
  const owner = owners.get(key) ?? component;
  owners.set(key, owner);
  return owner === component ? undefined : { message: `${key} is given to two components`, help: `it was given to ${owner} before` };
}
