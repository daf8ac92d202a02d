/** One checked row of `connections:` → an entry with its defaults filled and every host knowing its line. */
import type { Cidr } from '../../base/address.ts';
import type { Entry, HostPattern, Leg, PortRange, Variable } from '../policy.ts';
import type { EntryInput } from '../schema/policy.ts';
import { itemsOf, nodeAt, positionOf, textsOf } from '../tree.ts';
import type { TreeNode } from '../tree.ts';
import { readCidr } from '../words/address-word.ts';
import { readSize } from '../words/amount-word.ts';
import { readEndpoint, readHostPattern } from '../words/host-word.ts';
import { formatPort, readPort } from '../words/port-word.ts';
import { buildCondition } from './condition.ts';
import { list, placed, valueOf } from './values.ts';

/** What an entry takes from the rest of the policy. */
export interface EntrySetting {
  readonly variables: ReadonlyMap<string, Variable>;
  readonly inspection: Entry['inspection'];
}

/** Takes the row as written and its node, which was checked. */
export function buildEntry(input: EntryInput, node: TreeNode, setting: EntrySetting): Entry {
  const { host: _host, hosts: _hosts, port: _port, protocol: _protocol, ip, cidr, legs, component, when, 'with-name': withName, 'closes-with-phase': closes, upload, class: classes, because, not, paths, ...rest } = input;
  const patterns = hostPatterns(node, setting.variables);
  return {
    ...rest,
    name: rest.name ?? rest.id,
    at: node.at,
    hosts: patterns,
    addresses: [...list(ip), ...list(cidr)].map((text): Cidr => valueOf(readCidr(text))),
    withName: withName ?? false,
    legs: legs === undefined ? [singleLeg(input, node, patterns)] : legs.map((leg, index) => buildLeg(leg, node, index)),
    components: list(component),
    when: buildCondition(when),
    required: rest.required ?? false,
    inspection: rest.inspection ?? setting.inspection,
    because: list(because),
    not: list(not),
    closesWithPhase: closes ?? false,
    ...(upload === undefined ? {} : { upload: { max: valueOf(readSize(upload.max)), per: upload.per ?? 'connection', assumed: upload.assumed ?? false } }),
    paths: list(paths),
    classes: list(classes),
  };
}

/** Patterns of `host`, `hosts` or a row of a published list, `$variable` replaced by its values. */
export function hostPatterns(node: TreeNode, variables: ReadonlyMap<string, Variable>): readonly HostPattern[] {
  return [...textsOf(nodeAt(node, ['host'])), ...textsOf(nodeAt(node, ['hosts']))].flatMap((text): readonly HostPattern[] => {
    if (!text.value.startsWith('$')) return [{ ...valueOf(readHostPattern(text.value)), at: text.at }];
    const variable = variables.get(text.value.slice(1));
    const read = variable?.type === 'endpoints' ? readEndpoint : readHostPattern;
    return (variable?.value ?? []).map((value) => placed(valueOf(read(value)), text.at));
  });
}

/** An entry without `legs:` has one. For endpoints it lists every port of them, each host being held to its own. */
function singleLeg(input: EntryInput, node: TreeNode, patterns: readonly HostPattern[]): Leg {
  const own = patterns.flatMap((pattern) => (pattern.port === undefined ? [] : [pattern.port]));
  const distinct = new Map(own.map((range): [string, PortRange] => [formatPort(range), range]));
  return {
    ports: input.port === undefined ? [...distinct.values()] : buildPorts(input.port),
    protocols: protocolsOf(input.protocol),
    when: { kind: 'always' },
    at: positionOf(node, [input.port === undefined ? 'hosts' : 'port']),
  };
}

function buildLeg(leg: NonNullable<EntryInput['legs']>[number], node: TreeNode, index: number): Leg {
  const at = itemsOf(nodeAt(node, ['legs']))[index]?.at ?? node.at;
  return { ports: buildPorts(leg.port), protocols: protocolsOf(leg.protocol), ...(leg.for === undefined ? {} : { for: leg.for }), when: buildCondition(leg.when), at };
}

export function buildPorts(ports: string | readonly string[]): readonly PortRange[] {
  return list(ports).map((text) => valueOf(readPort(text)));
}

export function protocolsOf(protocols: EntryInput['protocol']): Leg['protocols'] {
  return protocols === undefined ? ['any'] : list(protocols);
}
