/**
 * Baseline text → Baseline, as strict as a policy: unknown keys, damaged
 * fingerprints, rules that do not exist and rows given twice are mistakes with
 * their place. Never judges anything.
 */
import type { Mistake } from '../base/errors.ts';
import { sha256Hex } from '../base/fingerprint.ts';
import { nearest } from '../base/nearest.ts';
import type { Baseline } from './baseline.ts';
import { emptyFile, inFileOrder } from './document.ts';
import { readTree } from './read.ts';
import { baselineSchema } from './schema/baseline.ts';
import { checkTree } from './schema/mistakes.ts';
import { field, itemsOf, positionOf, quote, textsOf, type TreeNode } from './tree.ts';

/** Takes the text, the name of its file and the rules there are; gives the baseline, or all mistakes in the order of the file. */
export function readBaseline(text: string, file: string, rules: ReadonlySet<string>): { readonly baseline?: Baseline; readonly mistakes: readonly Mistake[] } {
  const { root, mistakes: syntax } = readTree(text, file);
  if (root === undefined) return { mistakes: syntax.length > 0 ? syntax : [emptyFile(file, 'baseline', 'egret-baseline: 1')] };
  if (isSomethingElse(root)) return { mistakes: [{ message: 'this is no baseline: it has no key `egret-baseline`', at: root.at, help: 'name a file that egret baseline write wrote' }] };
  const { value: input, mistakes: schema } = checkTree(baselineSchema, root);
  const mistakes = inFileOrder([...syntax, ...schema, ...rowMistakes(root, rules)]);
  if (mistakes.length > 0 || input === undefined) return { mistakes };
  const { policy, recorded, findings } = input;
  const baseline: Baseline = {
    file,
    sha256: sha256Hex(text),
    policy: { ...policy, at: positionOf(root, ['policy']) },
    ...(recorded === undefined ? {} : { recorded }),
    findings: new Map(findings.map((row) => [row.fingerprint, row])),
  };
  return { baseline, mistakes: [] };
}

/** A policy, a run sheet or a report (JSON is YAML too), told as such rather than by every key that is missing. */
function isSomethingElse(root: TreeNode): boolean {
  return field(root, 'egret-baseline') === undefined && (field(root, 'findings') === undefined || field(root, 'schema') !== undefined);
}

/** Rules of a later egret are unknown here too: such a row could never match, and silently. */
function rowMistakes(root: TreeNode, rules: ReadonlySet<string>): readonly Mistake[] {
  const lines = new Map<string, number>();
  return itemsOf(field(root, 'findings')).flatMap((row) => {
    const mistakes: Mistake[] = [];
    const [rule] = textsOf(field(row, 'rule'));
    if (rule !== undefined && !rules.has(rule.value)) {
      const near = nearest(rule.value, rules);
      mistakes.push({ message: `there is no rule ${quote(rule.value)}`, at: rule.at, help: near === undefined ? 'take the line out, or use the egret that wrote it' : `did you mean \`${near}\`?` });
    }
    const [print] = textsOf(field(row, 'fingerprint'));
    if (print === undefined) return mistakes;
    const earlier = lines.get(print.value);
    if (earlier === undefined) lines.set(print.value, print.at.line);
    else mistakes.push({ message: `the fingerprint ${quote(print.value)} is given twice`, at: print.at, help: `first given in line ${earlier}; keep one` });
    return mistakes;
  });
}
