/** A checked policy file → the Policy that the rest of egret works with. What the YAML leaves out gets its default here. */
import type { Position } from '../../base/errors.ts';
import { sha256Hex } from '../../base/fingerprint.ts';
import type { Acceptance, ClaimLine, Component, Denial, FilePosture, LocalLeg, Policy, PublishedList, Variable, WebRtc } from '../policy.ts';
import type { PolicyInput } from '../schema/policy.ts';
import { itemsOf, nodeAt, positionOf } from '../tree.ts';
import type { TreeNode } from '../tree.ts';
import { endOfDay, readDate } from '../words/amount-word.ts';
import { buildEntry, buildPorts, hostPatterns, protocolsOf } from './entry.ts';
import { list, placed, valueOf } from './values.ts';

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
    local: (input.local ?? []).map((leg, index): LocalLeg => placed({ component: leg.component, to: leg.to, address: leg.address, protocol: leg.protocol ?? 'any' }, positionOf(root, ['local', index]))),
    files: (input.files ?? []).map((file, index): FilePosture => placed(file, positionOf(root, ['files', index]))),
    claims: (input.claims ?? []).map((claim, index) => buildClaim(claim, positionOf(root, ['claims', index]))),
    accept: (input.accept ?? []).map((item, index) => buildAcceptance(item, positionOf(root, ['accept', index]))),
    rules: new Map(Object.entries(input.rules ?? {})),
  };
}

function buildComponents(input: PolicyInput, root: TreeNode): ReadonlyMap<string, Component> {
  return new Map(
    Object.entries(input.components ?? {}).map(([id, component]) => [id, { id, match: component.match, covered: component.covered ?? true, at: positionOf(root, ['components', id]) }]),
  );
}

function buildPublished(input: PolicyInput, root: TreeNode): readonly PublishedList[] {
  return (input.published ?? []).map((published, index) => {
    const rows = published.rows.flatMap((row, rowIndex) => buildRows(row, nodeAt(root, ['published', index, 'rows', rowIndex]) ?? root));
    const { id, source } = published;
    return source === undefined ? { id, complete: published.complete ?? false, rows } : { id, source, complete: published.complete ?? false, rows };
  });
}

/** A row with several hosts becomes one row per host. */
function buildRows(row: NonNullable<PolicyInput['published']>[number]['rows'][number], node: TreeNode): PublishedList['rows'] {
  const shared = { ...(row.name === undefined ? {} : { name: row.name }), ports: buildPorts(row.port), protocols: protocolsOf(row.protocol) };
  return hostPatterns(node, NO_VARIABLES).map((host) => placed(Object.assign({ host }, shared), node.at));
}

function buildClaim(claim: NonNullable<PolicyInput['claims']>[number], at: Position): ClaimLine {
  return { ...claim, entries: list(claim.entries), hosts: list(claim.hosts), at };
}

function buildAcceptance(item: NonNullable<PolicyInput['accept']>[number], at: Position): Acceptance {
  return { ...item, untilMicros: endOfDay(valueOf(readDate(item.until))), at };
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
