/**
 * What one side was and could see, as facts: a difference means no more than
 * what both sides looked at. Also says in what the two sides are unlike apart
 * from their traffic, which may be the whole reason of a difference.
 */
import { type Micros, parseTime } from '../../base/time.ts';
import type { SavedReport } from '../saved-report.ts';
import { listed } from '../layout/amounts.ts';

export interface Sight {
  /** As the user named it. May hold any text. */
  readonly path: string;
  /** A report that was read back, or a recording that was audited for this comparison. */
  readonly kind: 'report' | 'recording';
  readonly tool: string;
  readonly inputs: readonly string[];
  readonly scopes: readonly string[];
  readonly packets: number;
  readonly length: Micros;
  readonly connections: number;
  readonly lookups: number;
  readonly policy?: { readonly path: string; readonly sha256: string; readonly name: string };
  readonly features?: readonly string[];
  readonly phases: readonly string[];
  readonly coverage: SavedReport['coverage'];
  readonly blindSpots: readonly { readonly code: string; readonly count: number; readonly text: string }[];
}

/** Facts of a side. */
export function sightOf(report: SavedReport, path: string, kind: Sight['kind']): Sight {
  const { inputs, policy, settings, summary, coverage } = report;
  const { nameable, named, dnsClear, dnsEncrypted, tls, certificatesHidden, processesKnown } = coverage;
  return {
    path,
    kind,
    tool: report.tool.version,
    inputs: inputs.map((input) => input.path),
    scopes: [...new Set(inputs.map(({ scope }) => scope))].sort(),
    packets: inputs.reduce((sum, input) => sum + input.packets, 0),
    length: inputs.reduce((sum, input) => sum + lengthOf(input.first, input.last), 0),
    connections: summary.connections,
    lookups: summary.lookups,
    ...(policy === undefined ? {} : { policy: { path: policy.path, sha256: policy.sha256, name: policy.name } }),
    ...(settings.features === undefined ? {} : { features: settings.features.toSorted() }),
    phases: [...new Set(settings.phases.map(({ phase }) => phase))].sort(),
    coverage: { nameable, named, dnsClear, dnsEncrypted, tls, certificatesHidden, processesKnown },
    blindSpots: report.blindSpots.map(({ code, count, text }) => ({ code, count, text })),
  };
}

/** In what the sides are unlike apart from their traffic, one sentence each, with a word for what it is about. */
export function unlikeness(a: Sight, b: Sight): readonly { readonly about: string; readonly text: string }[] {
  const found: { about: string; text: string }[] = [];
  if (a.policy === undefined && b.policy === undefined) found.push({ about: 'policy', text: 'neither side was judged: only facts are compared' });
  else if (a.policy === undefined || b.policy === undefined) found.push({ about: 'policy', text: `only ${a.policy === undefined ? 'B' : 'A'} was judged: verdicts, claims, entries and findings are not compared` });
  else if (a.policy.sha256 !== b.policy.sha256) found.push({ about: 'policy', text: `judged against two policies (A ${a.policy.path}, B ${b.policy.path}; their hashes differ): verdicts, claims and findings may differ for that alone` });
  if (words(a.features) !== words(b.features)) found.push({ about: 'features', text: `A ${featureWords(a.features)}; B ${featureWords(b.features)}` });
  if (words(a.phases) !== words(b.phases)) found.push({ about: 'phases', text: `A ${phaseWords(a.phases)}; B ${phaseWords(b.phases)}: what only one of them exercised shows as new or gone` });
  if (words(a.scopes) !== words(b.scopes)) found.push({ about: 'scope', text: `A holds ${scopeWords(a.scopes)}; B ${scopeWords(b.scopes)}` });
  if ((a.coverage.processesKnown > 0) !== (b.coverage.processesKnown > 0)) found.push({ about: 'processes', text: `known on side ${a.coverage.processesKnown > 0 ? 'A' : 'B'} only: with a component on one side and none on the other, a destination shows as gone and new` });
  if (a.tool !== b.tool) found.push({ about: 'egret', text: `A by ${a.tool}, B by ${b.tool}: a newer egret may know more rules and telemetry hosts` });
  return found;
}

/** Times that are none, as in a report made up, give no length. */
function lengthOf(first: string | undefined, last: string | undefined): Micros {
  const from = first === undefined ? undefined : parseTime(first);
  const to = last === undefined ? undefined : parseTime(last);
  return from === undefined || to === undefined ? 0 : Math.max(0, to - from);
}

/** Equal for equal lists; an unknown one equals no list. */
function words(list: readonly string[] | undefined): string {
  return list === undefined ? '' : JSON.stringify(list);
}

function featureWords(features: readonly string[] | undefined): string {
  if (features === undefined) return 'does not say which were on';
  return features.length === 0 ? 'had all off' : `had ${listed(features, LIST_CAP)} on`;
}

function phaseWords(phases: readonly string[]): string {
  return phases.length === 0 ? 'has none' : `has ${listed(phases, LIST_CAP)}`;
}

function scopeWords(scopes: readonly string[]): string {
  return listed(scopes.map((scope) => SCOPE_WORDS[scope] ?? scope));
}

const SCOPE_WORDS: Readonly<Record<string, string>> = { app: 'only the app', machine: 'a whole machine', 'assumed-app': 'only the app, as is assumed' };
/** Items of one list in a sentence. */
const LIST_CAP = 12;
