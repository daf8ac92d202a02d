/**
 * Which component of a policy a process belongs to: by its own program, name,
 * words and user, else as the child of the nearest ancestor that belongs to
 * one. Three-valued inside: what a witness did not see matches nothing, and is
 * no reason against anything either. `listens` needs a witness of listeners,
 * so an item that asks for it matches no process.
 */
import type { Component, Policy } from './policy.ts';

/** What is told of a process; absent is what its witness did not see. */
export interface KnownProcess {
  readonly name: string;
  readonly exe?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly uid?: number | undefined;
}

/** The component of a process with these ancestors, nearest first; undefined: none is known. */
export function componentOf(policy: Pick<Policy, 'components'>, process: KnownProcess & { readonly parents?: readonly KnownProcess[] | undefined }): string | undefined {
  if (policy.components.size === 0) return undefined;
  const above = new Set<string>();
  let inherited: string | undefined;
  for (const ancestor of (process.parents ?? []).toReversed()) {
    inherited = own(policy, ancestor, above) ?? inherited;
    if (inherited !== undefined) above.add(inherited);
  }
  return own(policy, process, above) ?? inherited;
}

/** Whether a pattern, in which `*` stands for any text, is the whole of a text; in time linear in the text for each `*`. */
export function isLike(text: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === pattern;
  if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
  const end = text.length - tail.length;
  let from = head.length;
  for (const piece of rest) {
    const found = text.indexOf(piece, from);
    if (found < 0 || found + piece.length > end) return false;
    from = found + piece.length;
  }
  return true;
}

/** The first component, in the order of the policy, that a process matches by itself. */
function own({ components }: Pick<Policy, 'components'>, process: KnownProcess, above: ReadonlySet<string>): string | undefined {
  for (const { id, match } of components.values()) if (match.some((item) => fits(item, process, above))) return id;
  return undefined;
}

function fits({ exe, name, args, parent, uid, listens }: Component['match'][number], process: KnownProcess, above: ReadonlySet<string>): boolean {
  if (listens !== undefined || (uid !== undefined && uid !== process.uid) || (parent !== undefined && !above.has(parent))) return false;
  if (name !== undefined && !isLike(process.name, name)) return false;
  if (exe !== undefined && (process.exe === undefined || !isLike(fileName(process.exe), exe))) return false;
  return args === undefined || (process.args !== undefined && isLike(process.args.join(' '), args));
}

/** Of a path of either kind of system. */
function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
