/**
 * Rules as SARIF's reporting descriptors (SARIF 2.1.0 §3.49): what each finds,
 * why it matters, where its page is. All rules are listed, fired or not, so
 * that a reader sees what was asked. Holds no wire text.
 */
import { explainRule, RULE_IDS, type RuleExplanation } from '../../../judge/explain.ts';
import type { Finding } from '../../../judge/finding.ts';
import type { Confidence } from '../../../observe/connection.ts';
import type { Severity } from '../../../policy/policy.ts';
import type { Report } from '../../report.ts';
import type { Json } from '../facts-json.ts';
import { sarifText } from './text.ts';

/** Stands for broken claims that no finding explains. */
export const BROKEN_CLAIM = 'broken-claim';

/** Where each rule stands in the list that {@link ruleDescriptors} gives. */
export const RULE_INDEX: ReadonlyMap<string, number> = new Map([...RULE_IDS, BROKEN_CLAIM].map((id, index) => [id, index]));

/** One descriptor per rule, in report order. */
export function* ruleDescriptors(report: Report): Iterable<Json> {
  const precisions = leastSure(report.findings);
  for (const id of RULE_IDS) {
    const rule = explainRule(id);
    if (rule !== undefined) yield descriptor(rule, precisions.get(id));
  }
  yield descriptor(OF_CLAIMS, 'high');
}

function descriptor({ id, title, severity, why, breaks, since, page }: RuleExplanation, precision: Confidence | undefined): Json {
  const claims = breaks.length === 0 ? 'It breaks no claim.' : `It breaks claims checked by ${breaks.join(', ')}.`;
  const text = `${why} ${claims} In egret since ${since}. "egret explain ${id}" prints the whole page (${page}).`;
  const markdown = `${why}\n\n${claims.replaceAll(/[a-z]+(?:-[a-z]+)+/g, '`$&`')} In egret since ${since}.\n\n\`egret explain ${id}\` prints the whole page (\`${page}\`).`;
  return {
    id,
    name: id,
    shortDescription: { text: sarifText(title) },
    fullDescription: { text: sarifText(why) },
    // No helpUri: it must be an absolute address (§3.49.12), and the pages come with the package.
    help: { text, markdown },
    defaultConfiguration: { level: severity },
    properties: { ...(precision === undefined ? {} : { precision }), 'problem.severity': PROBLEM[severity], tags: ['egress', 'network'] },
  };
}

/** A rule is as precise as the least sure of its findings here; one that found nothing says nothing of it. */
function leastSure(findings: readonly Finding[]): ReadonlyMap<string, Confidence> {
  const found = new Map<string, Confidence>();
  for (const { rule, confidence } of findings) {
    const before = found.get(rule);
    if (before === undefined || SURE[confidence] < SURE[before]) found.set(rule, confidence);
  }
  return found;
}

const OF_CLAIMS: RuleExplanation = {
  id: BROKEN_CLAIM,
  title: 'A broken claim without a finding',
  severity: 'error',
  why: 'A promise of the policy is broken by what was seen, and no finding of another rule shows by what.',
  breaks: [],
  since: '0.1.0',
  page: 'docs/policy.md',
};
const SURE: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 };
/** GitHub's words for findings of no security query. */
const PROBLEM: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'recommendation' };
