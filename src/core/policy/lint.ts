/**
 * What is wrong with a policy although it can be read: entries that hide each
 * other, names nobody uses, conditions that can never be judged. Has no clock:
 * whether an acceptance has expired is judged with the time of the recording.
 */
import { suffixKind } from '../base/host-name.ts';
import type { Mistake } from '../base/errors.ts';
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import { note, warning } from './lint/message.ts';
import type { Lint } from './lint/message.ts';
import { lintShadowed } from './lint/shadowed.ts';
import { lintUnused } from './lint/unused.ts';
import type { Condition, Entry, Leg, Policy } from './policy.ts';
import { quote } from './tree.ts';
import type { TreeNode } from './tree.ts';

/** Warnings and notes, in the order of the file. */
export function lintPolicy(policy: Policy, root: TreeNode): readonly Lint[] {
  const lints = [...policy.entries.flatMap((entry) => lintEntry(entry, policy)), ...lintShadowed(policy), ...lintWhole(policy), ...lintUnused(root)];
  return lints.sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
}

/** A denied class against an exact entry is a contradiction, unless the entry declares the class itself. */
export function telemetryMistakes(policy: Policy, catalogue: readonly TelemetryHost[]): readonly Mistake[] {
  const rows = new Map(catalogue.map((row) => [row.pattern, row]));
  const denied = new Set(policy.mustNot.flatMap((denial) => denial.classes));
  return policy.entries.flatMap((entry) =>
    entry.hosts.flatMap((pattern) => {
      const found = pattern.wildcard ? undefined : catalogueRow(rows, pattern.host)?.class;
      if (found === undefined || found === 'listed' || !denied.has(found) || entry.classes.includes(found)) return [];
      const help = `remove the entry, or write \`class: ${found}\` in it: the claim then reads "broken by declaration"`;
      return [{ message: `${quote(pattern.host)} is in the catalogue as ${found}, which \`must-not\` denies`, at: pattern.at, help }];
    }),
  );
}

/** The row of the exact host, else of the nearest wildcard above it. */
function catalogueRow(rows: ReadonlyMap<string, TelemetryHost>, host: string): TelemetryHost | undefined {
  const labels = host.split('.');
  const patterns = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join('.')}`);
  return [host, ...patterns].map((pattern) => rows.get(pattern)).find((row) => row !== undefined);
}

function lintEntry(entry: Entry, policy: Policy): readonly Lint[] {
  const lints: Lint[] = [];
  for (const pattern of entry.hosts) {
    if (pattern.wildcard && suffixKind(pattern.host) === 'tenant') {
      lints.push(warning('shared-suffix', `${quote(pattern.text)} covers hosts of unrelated customers`, pattern.at, 'name the host that belongs to this vendor'));
    }
    const denial = policy.mustNot.find((item) => item.hosts.some((denied) => denied.host === pattern.host && denied.wildcard === pattern.wildcard));
    if (denial !== undefined) lints.push(warning('denied-entry', `${quote(pattern.text)} is also under \`must-not\`, which beats every entry`, pattern.at, `see line ${denial.at.line}`));
  }
  for (const leg of entry.legs) lints.push(...lintLeg(leg));
  if (entry.closesWithPhase && !speaksOfPhase(entry.when)) lints.push(warning('closes-without-phase', `\`closes-with-phase\` in ${quote(entry.id)}, whose \`when\` names no phase`, entry.at, 'add `when: { phase: … }`'));
  if (entry.relay !== undefined && !entry.legs.some((leg) => leg.protocols.some((protocol) => protocol === 'turn' || protocol === 'turns'))) {
    lints.push(warning('relay-without-turn', `\`relay\` in ${quote(entry.id)}, which has no leg of protocol turn`, entry.at, 'name the leg that carries relayed media'));
  }
  if (entry.withName && entry.addresses.length === 0) lints.push(warning('names-without-address', `\`with-name\` in ${quote(entry.id)}, which has no addresses`, entry.at, 'it belongs to `ip` and `cidr`'));
  return lints;
}

function lintLeg(leg: Leg): readonly Lint[] {
  const lints: Lint[] = [];
  const transports = new Set(leg.ports.map((range) => range.transport));
  for (const protocol of leg.protocols) {
    const needs = ONE_TRANSPORT.get(protocol);
    if (needs !== undefined && leg.ports.length > 0 && !transports.has(needs)) {
      lints.push(warning('transport-mismatch', `${protocol} runs over ${needs}, and no port here is ${needs}`, leg.at, `write the port as N/${needs}`));
    }
  }
  for (const range of leg.ports) {
    const width = range.to - range.from + 1;
    if (width > WIDE) lints.push(note('wide-ports', `${width} ports in one range`, leg.at, 'most products need a handful: ask the vendor which'));
  }
  return lints;
}

function lintWhole(policy: Policy): readonly Lint[] {
  const lints: Lint[] = [];
  const start = { file: policy.file, line: 1, column: 1 };
  const complete = policy.claims.find((claim) => claim.check === 'complete-list');
  if (policy.defaults.unlisted === 'allow' && complete !== undefined) {
    lints.push(warning('list-switched-off', '`unlisted: allow` lets every host in; the claim of a complete list is judged all the same', complete.at, 'write `unlisted: violation` or `review`'));
  }
  if (policy.claims.length === 0) lints.push(note('no-claims', 'the policy states no promise: `claims:` is empty', start, 'add `{ id: C1, text: …, check: complete-list }`'));
  if (WEAK.has(policy.defaults.tls.min)) lints.push(warning('weak-tls', `TLS ${policy.defaults.tls.min} is allowed (deprecated by RFC 8996)`, start, 'write `tls: { min: "1.2" }`'));
  for (const item of policy.accept) {
    if (item.host === undefined && item.entry === undefined) lints.push(warning('broad-acceptance', `every finding of ${quote(item.rule)} is accepted`, item.at, 'name the `host` or the `entry`'));
  }
  return lints;
}

function speaksOfPhase(condition: Condition): boolean {
  if (condition.kind === 'all' || condition.kind === 'any') return condition.of.some(speaksOfPhase);
  return condition.kind === 'phase';
}

const ONE_TRANSPORT: ReadonlyMap<string, 'tcp' | 'udp'> = new Map([
  ['https', 'tcp'],
  ['wss', 'tcp'],
  ['http', 'tcp'],
  ['ws', 'tcp'],
  ['tls', 'tcp'],
  ['quic', 'udp'],
]);
const WEAK: ReadonlySet<string> = new Set(['1.0', '1.1']);
/** A media port range of a real product is some tens to a few hundred wide. */
const WIDE = 1000;
