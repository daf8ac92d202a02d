/** A checked policy file → the Policy that the rest of egret works with. What the YAML leaves out gets its default here. */
import { sha256Hex } from '../../base/fingerprint.ts';
import type { Acceptance, ClaimLine, Component, Denial, FilePosture, LocalLeg, Policy, PublishedList, Variable, WebRtc } from '../policy.ts';
import type { PolicyInput } from '../schema/policy.ts';
import { itemsOf, nodeAt, positionOf } from '../tree.ts';
import type { TreeNode } from '../tree.ts';
import { endOfDay, readDate } from '../words/amount-word.ts';
import { buildEntry, buildPorts, hostPatterns, protocolsOf } from './entry.ts';
import { list, valueOf } from './values.ts';

/** A policy that passed every check, with what belongs to it. */
export interface CheckedPolicy {
  readonly input: PolicyInput;
  readonly root: TreeNode;
  readonly file: string;
  readonly text: string;
  readonly variables: ReadonlyMap<string, Variable>;
}

export function buildPolicy(checked: CheckedPolicy): Policy {
  const { input, root, variables } = checked;
  const defaults = { ...DEFAULTS, ...input.defaults, tls: { ...DEFAULTS.tls, ...input.defaults?.tls } };
  const rows = itemsOf(nodeAt(root, ['connections']));
  return {
    version: 1,
    name: input.name,
    file: checked.file,
    sha256: sha256Hex(checked.text),
    sources: new Map(Object.entries(input.sources ?? {})),
    components: buildComponents(input, root),
    features: new Map(Object.entries(input.features ?? {})),
    phases: input.phases ?? [],
    variables,
    defaults,
    ...(input.verification === undefined ? {} : { verification: { pinning: 'none', ...input.verification } }),
    dns: { resolvers: 'system', encrypted: 'violation', ...input.dns },
    proxy: input.proxy ?? 'unknown',
    entries: input.connections.map((entry, index) => buildEntry(entry, rows[index] ?? root, { variables, inspection: defaults.inspection })),
    published: buildPublished(input, root),
    mustNot: buildDenials(input, root),
    listen: new Map(Object.entries(input.listen ?? {}).map(([component, ends]) => [component, ends === 'none' ? [] : ends])),
    inbound: input.inbound ?? 'any',
    ...(input.webrtc === undefined ? {} : { webrtc: buildWebRtc(input.webrtc) }),
    local: (input.local ?? []).map((leg, index): LocalLeg => ({ ...leg, protocol: leg.protocol ?? 'any', at: positionOf(root, ['local', index]) })),
    files: (input.files ?? []).map((file, index): FilePosture => ({ ...file, at: positionOf(root, ['files', index]) })),
    claims: (input.claims ?? []).map((claim, index): ClaimLine => ({ ...claim, entries: list(claim.entries), hosts: list(claim.hosts), at: positionOf(root, ['claims', index]) })),
    accept: (input.accept ?? []).map((item, index): Acceptance => ({ ...item, untilMicros: endOfDay(valueOf(readDate(item.until))), at: positionOf(root, ['accept', index]) })),
    rules: new Map(Object.entries(input.rules ?? {})),
  };
}

function buildComponents(input: PolicyInput, root: TreeNode): ReadonlyMap<string, Component> {
  return new Map(
    Object.entries(input.components ?? {}).map(([id, component]) => [id, { id, match: component.match, covered: component.covered ?? true, at: positionOf(root, ['components', id]) }]),
  );
}

function buildPublished(input: PolicyInput, root: TreeNode): readonly PublishedList[] {
  return (input.published ?? []).map(({ rows, complete, ...published }, index) => ({
    ...published,
    complete: complete ?? false,
    rows: rows.flatMap((row, rowIndex) => {
      const node = nodeAt(root, ['published', index, 'rows', rowIndex]) ?? root;
      const { host: _host, hosts: _hosts, port, protocol, ...rest } = row;
      return hostPatterns(node, NO_VARIABLES).map((host) => ({ ...rest, host, ports: buildPorts(port), protocols: protocolsOf(protocol), at: node.at }));
    }),
  }));
}

function buildDenials(input: PolicyInput, root: TreeNode): readonly Denial[] {
  return (input['must-not'] ?? []).map((denial, index) => {
    const node = nodeAt(root, ['must-not', index]) ?? root;
    return { hosts: hostPatterns(node, NO_VARIABLES), classes: list(denial.class), because: denial.because, at: node.at };
  });
}

function buildWebRtc(input: NonNullable<PolicyInput['webrtc']>): WebRtc {
  return { components: list(input.component), phases: list(input.phase), peers: input.peers ?? 'any', stun: input.stun ?? 'declared-only' };
}

const NO_VARIABLES: ReadonlyMap<string, Variable> = new Map();
const DEFAULTS = { unlisted: 'violation', lan: 'review', tls: { min: '1.2' }, inspection: 'unknown' } as const;
