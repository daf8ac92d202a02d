/**
 * Building blocks of the schemas. Messages of our own carry their help after a
 * line break (`message\nhelp`), because a zod issue has room for one text;
 * schema/mistakes.ts takes them apart. Messages without a break are zod's.
 */
import * as z from 'zod';
import { accepted, refused } from '../words/reading.ts';
import type { Reading } from '../words/reading.ts';
import { quote } from '../tree.ts';

// A policy is checked once a run: compiling a checker for it costs several times what it saves.
z.config({ jitless: true });

/** A map with exactly these keys. `what` names it in messages: "an entry of `connections`". */
export function strict<Shape extends z.ZodRawShape>(what: string, shape: Shape) {
  const keys = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? carry(what, keys.join(' ')) : undefined),
  });
}

/** Text that some reader of the language accepts. `example` goes into messages and editor completion. */
export function word(read: (text: string) => Reading<unknown>, example: string, pattern?: string) {
  const base = z.string({ error: () => carry(`text such as ${example}`, '') }).check((context) => {
    const reading = read(context.value);
    if (!reading.ok) context.issues.push({ code: 'custom', input: context.value, message: carry(reading.message, reading.help) });
  });
  return base.meta({ examples: [example], ...(pattern === undefined ? {} : { pattern }) });
}

/** Any text with something in it. */
export const text = z.string().check((context) => {
  if (context.value.trim() === '') context.issues.push({ code: 'custom', input: context.value, message: carry('the text is empty', 'say it in words, or leave the key out') });
}).meta({ minLength: 1 });

/** Ids of features, phases, components, entries, sources, variables, claims, rules. */
export const id = word(readId, 'cloud-api', '^[A-Za-z][A-Za-z0-9_-]*$');

/** One value, or a list of at least one. */
export function oneOrMany<Item extends z.ZodType>(item: Item) {
  return z.union([item, z.array(item).min(1)]);
}

export function carry(message: string, help: string): string {
  return `${message}\n${help}`;
}

function readId(candidate: string): Reading<string> {
  if (ID.test(candidate)) return accepted(candidate);
  return refused(`${quote(candidate)} cannot be an id`, 'an id begins with a letter and goes on with letters, digits, `-` and `_`');
}

const ID = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
