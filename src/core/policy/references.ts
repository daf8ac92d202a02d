/**
 * What a schema cannot say about a policy: names that must be declared, keys
 * that need or exclude each other, ids that must be unique. Works on the raw
 * tree, so that these mistakes show beside those of the schema.
 */
import { canonicalAddress, classOf } from '../base/address.ts';
import type { Mistake } from '../base/errors.ts';
import { CHECK_NEEDS, CHECKS } from './checks.ts';
import { unknownName, unknownNames } from './names.ts';
import type { Names } from './names.ts';
import { field, itemsOf, quote, textsOf } from './tree.ts';
import type { TreeNode } from './tree.ts';

/** All such mistakes of one policy. `rules`: the rule names that exist, when the caller knows them. */
export function referenceMistakes(root: TreeNode, names: Names, rules?: ReadonlySet<string>): readonly Mistake[] {
  const entries = itemsOf(field(root, 'connections'));
  return [
    ...entries.flatMap((entry) => entryMistakes(entry, names, root)),
    ...repeatedIds(root),
    ...componentMistakes(root, names),
    ...itemsOf(field(root, 'published')).flatMap((list) => publishedMistakes(list, names)),
    ...itemsOf(field(root, 'must-not')).flatMap(denialMistakes),
    ...sideMistakes(root, names),
    ...itemsOf(field(root, 'claims')).flatMap((claim) => claimMistakes(claim, names)),
    ...itemsOf(field(root, 'accept')).flatMap((item) => unknownNames('entry', field(item, 'entry'), names).concat(ruleMistakes(textsOf(field(item, 'rule')), rules))),
    ...ruleMistakes(keyNodes(field(root, 'rules')), rules),
  ];
}

function entryMistakes(entry: TreeNode, names: Names, root: TreeNode): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  const at = entry.at;
  const has = (key: string): boolean => field(entry, key) !== undefined;
  const named = ['host', 'hosts'].filter(has);
  const addressed = ['ip', 'cidr'].some(has);
  if (named.length === 2) mistakes.push(excluded(entry, 'hosts', '`host` and `hosts` say the same thing', 'keep `hosts`'));
  if (named.length > 0 && addressed) mistakes.push(excluded(entry, has('ip') ? 'ip' : 'cidr', 'a host and addresses in one entry leave open whether both must match', 'write two entries'));
  if (named.length === 0 && !addressed && isWhole(entry)) mistakes.push({ message: `the entry${ownId(entry)} names no destination`, at, help: 'add `host`, `hosts`, `ip` or `cidr`' });
  mistakes.push(...portMistakes(entry, root));
  mistakes.push(...conditionMistakes(field(entry, 'when'), names));
  for (const leg of itemsOf(field(entry, 'legs'))) mistakes.push(...conditionMistakes(field(leg, 'when'), names));
  mistakes.push(...unknownNames('component', field(entry, 'component'), names), ...sourceMistakes(entry, names));
  for (const text of textsOf(field(entry, 'hosts'))) {
    const mistake = text.value.startsWith('$') ? unknownName('variable', text.value.slice(1), names.variable, text) : undefined;
    if (mistake !== undefined) mistakes.push(mistake);
  }
  return mistakes;
}

/** Endpoints bring their ports; every other entry has `port` or `legs`. */
function portMistakes(entry: TreeNode, root: TreeNode): readonly Mistake[] {
  if (entry.kind !== 'map') return [];
  const hosts = textsOf(field(entry, 'hosts'));
  const endpoints = hosts.find((text) => variableType(root, text.value) === 'endpoints');
  const given = ['port', 'legs'].filter((key) => field(entry, key) !== undefined);
  if (endpoints !== undefined) {
    if (hosts.length > 1) return [{ message: `${endpoints.value} brings its own ports and stands alone`, at: endpoints.at, help: 'write the other hosts as another entry' }];
    return given.map((key) => excluded(entry, key, `${endpoints.value} brings its own ports`, `leave \`${key}\` out`));
  }
  // An unknown variable is reported as such; which ports it would need is not known.
  const unknownVariable = hosts.some((text) => text.value.startsWith('$') && variableType(root, text.value) === undefined);
  if (given.length === 0 && !unknownVariable && isWhole(entry)) return [{ message: `the entry${ownId(entry)} has no port`, at: entry.at, help: 'add `port: 443/tcp`, or `legs:` for several ways' }];
  if (given.length === 2) return [excluded(entry, 'legs', '`port` and `legs` in one entry', 'move the port into a leg')];
  const protocol = field(entry, 'protocol');
  return given[0] === 'legs' && protocol !== undefined ? [excluded(entry, 'protocol', '`protocol` beside `legs`', 'give each leg its own')] : [];
}

function variableType(root: TreeNode, text: string): string | undefined {
  const type = text.startsWith('$') ? field(field(field(root, 'variables'), text.slice(1)), 'type') : undefined;
  return type?.kind === 'scalar' ? type.text : undefined;
}

function conditionMistakes(node: TreeNode | undefined, names: Names): readonly Mistake[] {
  if (node?.kind !== 'map') return [];
  const mistakes: Mistake[] = [];
  if (node.pairs.size === 0) mistakes.push({ message: 'the condition is empty', at: node.at, help: 'write `always`, or leave `when` out' });
  const always = node.pairs.get('always');
  if (always !== undefined && node.pairs.size > 1) mistakes.push({ message: '`always` beside other keys', at: always.keyAt, help: 'keys are joined by AND: drop `always`' });
  mistakes.push(...unknownNames('feature', field(node, 'feature'), names));
  mistakes.push(...unknownNames('phase', field(node, 'phase'), names));
  mistakes.push(...unknownNames('component', field(node, 'running'), names));
  mistakes.push(...conditionMistakes(field(node, 'not'), names));
  for (const item of itemsOf(field(node, 'any'))) mistakes.push(...conditionMistakes(item, names));
  return mistakes;
}

function componentMistakes(root: TreeNode, names: Names): readonly Mistake[] {
  const components = field(root, 'components');
  if (components?.kind !== 'map') return [];
  return [...components.pairs.values()].flatMap(({ value }) => itemsOf(field(value, 'match')).flatMap((item) => matchMistakes(item, names)));
}

function matchMistakes(item: TreeNode, names: Names): readonly Mistake[] {
  if (item.kind !== 'map' || item.pairs.size > 0) return unknownNames('component', field(item, 'parent'), names);
  return [{ message: 'an empty item of `match` would match every process', at: item.at, help: 'give exe, name, args, parent, uid or listens' }];
}

function publishedMistakes(list: TreeNode, names: Names): readonly Mistake[] {
  const rows = itemsOf(field(list, 'rows')).flatMap((row) => exactlyOne(row, ['host', 'hosts'], 'the row'));
  return [...sourceMistakes(list, names), ...rows];
}

function denialMistakes(denial: TreeNode): readonly Mistake[] {
  return exactlyOne(denial, ['class', 'host', 'hosts'], 'the denial');
}

/** `listen`, `webrtc` and `local`. */
function sideMistakes(root: TreeNode, names: Names): readonly Mistake[] {
  const webrtc = field(root, 'webrtc');
  const listeners = keyNodes(field(root, 'listen')).flatMap((key) => unknownName('component', key.value, names.component, key) ?? []);
  const legs = itemsOf(field(root, 'local')).flatMap((leg) => localMistakes(leg, names));
  return [...listeners, ...unknownNames('component', field(webrtc, 'component'), names), ...unknownNames('phase', field(webrtc, 'phase'), names), ...legs];
}

function localMistakes(leg: TreeNode, names: Names): readonly Mistake[] {
  const mistakes = [...unknownNames('component', field(leg, 'component'), names), ...unknownNames('component', field(leg, 'to'), names)];
  for (const text of textsOf(field(leg, 'address'))) {
    const canonical = canonicalAddress(text.value);
    if (canonical === undefined || classOf(canonical) === 'loopback') continue;
    mistakes.push({ message: `${quote(text.value)} is not a loopback address`, at: text.at, help: 'connections to other machines go to `connections:`' });
  }
  return mistakes;
}

function claimMistakes(claim: TreeNode, names: Names): readonly Mistake[] {
  const check = textsOf(field(claim, 'check'))[0];
  const mistakes = [...unknownNames('entry', field(claim, 'entries'), names), ...sourceMistakes(claim, names)];
  if (check === undefined) return mistakes;
  const unknown = unknownName('check', check.value, CHECK_NAMES, check);
  if (unknown !== undefined) return [...mistakes, unknown];
  const needed = CHECK_NEEDS.get(check.value);
  if (needed !== undefined && field(claim, needed) === undefined) {
    mistakes.push({ message: `the check \`${check.value}\` needs \`${needed}\``, at: check.at, help: NEEDED[needed] });
  }
  return mistakes;
}

function sourceMistakes(node: TreeNode, names: Names): readonly Mistake[] {
  return textsOf(field(node, 'source')).flatMap((text) => unknownName('source', text.value.split('#')[0] ?? '', names.source, text) ?? []);
}

function ruleMistakes(nodes: readonly Named[], rules: ReadonlySet<string> | undefined): readonly Mistake[] {
  return rules === undefined ? [] : nodes.flatMap((node) => unknownName('rule', node.value, rules, node) ?? []);
}

function repeatedIds(root: TreeNode): readonly Mistake[] {
  return ['connections', 'published', 'claims', 'phases'].flatMap((key) => {
    const ids = key === 'phases' ? textsOf(field(root, key)) : itemsOf(field(root, key)).flatMap((item) => textsOf(field(item, 'id')));
    const first = new Map<string, number>();
    return ids.flatMap((id) => {
      const line = first.get(id.value);
      if (line === undefined) first.set(id.value, id.at.line);
      return line === undefined ? [] : [{ message: `${quote(id.value)} is given twice in \`${key}\``, at: id.at, help: `first given in line ${line}` }];
    });
  });
}

function exactlyOne(node: TreeNode, keys: readonly string[], what: string): readonly Mistake[] {
  const given = keys.filter((key) => field(node, key) !== undefined);
  if (given.length === 1 || !isWhole(node)) return [];
  const list = keys.map((key) => `\`${key}\``).join(' or ');
  return [{ message: given.length === 0 ? `${what} names no destination` : `${what} has ${given.map((key) => `\`${key}\``).join(' and ')}`, at: node.at, help: `give ${list}, one of them` }];
}

function excluded(node: TreeNode, key: string, message: string, help: string): Mistake {
  const pair = node.kind === 'map' ? node.pairs.get(key) : undefined;
  return { message, at: pair?.keyAt ?? node.at, help };
}

/** Only a map that was read whole can be said to lack a key. */
function isWhole(node: TreeNode): boolean {
  return node.kind === 'map' && !node.partial;
}

function ownId(node: TreeNode): string {
  const id = field(node, 'id');
  return id?.kind === 'scalar' ? ` ${quote(id.text)}` : '';
}

type Named = Pick<TreeNode, 'at'> & { readonly value: string };

function keyNodes(node: TreeNode | undefined): readonly Named[] {
  return node?.kind === 'map' ? [...node.pairs].map(([value, pair]) => ({ value, at: pair.keyAt })) : [];
}

const CHECK_NAMES: ReadonlySet<string> = new Set(Object.keys(CHECKS));
const NEEDED = {
  entries: 'name the entries that the promise speaks of: `entries: [cloud-api]`',
  hosts: 'name the hosts: `hosts: [www.example.com]`',
  reason: 'say why nothing on the wire can settle it',
} as const;
