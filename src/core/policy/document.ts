/**
 * Policy text → Policy. Takes the text, the name of its file and the values
 * of variables; gives the policy when there is no mistake, else every mistake
 * with its line, column and help, in the order of the file. Never reads files.
 */
import type { Mistake } from '../base/errors.ts';
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import { buildPolicy } from './build/policy.ts';
import { lintPolicy, telemetryMistakes } from './lint.ts';
import type { Lint } from './lint/message.ts';
import { namesOf } from './names.ts';
import type { Policy } from './policy.ts';
import { readTree } from './read.ts';
import { referenceMistakes } from './references.ts';
import { checkTree } from './schema/mistakes.ts';
import { policySchema } from './schema/policy.ts';
import { readVariables } from './variables.ts';

export interface ReadPolicy {
  readonly policy?: Policy;
  readonly mistakes: readonly Mistake[];
  readonly warnings: readonly Lint[];
}

/** What the rest of egret knows and a policy may refer to. What is absent is not checked. */
export interface PolicySurroundings {
  /** Names of all rules, for `accept:` and `rules:`. */
  readonly rules?: ReadonlySet<string>;
  /** Telemetry catalogue, for entries that a denied class contradicts. */
  readonly catalogue?: readonly TelemetryHost[];
}

export function readPolicy(text: string, file: string, set: Readonly<Record<string, readonly string[]>> = {}, surroundings: PolicySurroundings = {}): ReadPolicy {
  const { root, mistakes: syntax } = readTree(text, file);
  if (root === undefined) return { mistakes: syntax.length > 0 ? syntax : [emptyFile(file, 'policy', 'egret: 1')], warnings: [] };
  const names = namesOf(root);
  const { variables, mistakes: variableMistakes } = readVariables(root, names, set);
  const { value: input, mistakes: schema } = checkTree(policySchema, root);
  const mistakes = inFileOrder([...syntax, ...schema, ...referenceMistakes(root, names, surroundings.rules), ...variableMistakes]);
  if (mistakes.length > 0 || input === undefined) return { mistakes, warnings: [] };
  const policy = buildPolicy({ input, root, file, text, variables });
  const telemetry = telemetryMistakes(policy, surroundings.catalogue ?? []);
  const warnings = lintPolicy(policy, root);
  return telemetry.length > 0 ? { mistakes: telemetry, warnings } : { policy, mistakes: [], warnings };
}

/** A file without any value in it. */
export function emptyFile(file: string, what: string, first: string): Mistake {
  return { message: `the ${what} is empty`, at: { file, line: 1, column: 1 }, help: `it begins with \`${first}\`` };
}

/** Mistakes without a position (flags, sums) go last. */
export function inFileOrder(mistakes: readonly Mistake[]): readonly Mistake[] {
  return [...mistakes].sort((a, b) => line(a) - line(b) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
}

function line(mistake: Mistake): number {
  return mistake.at?.line ?? Number.MAX_SAFE_INTEGER;
}
