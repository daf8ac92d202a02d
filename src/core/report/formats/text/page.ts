/** The pieces every section of the text report is made of: a heading, a paragraph, a line of facts behind a label. */
import { type Look, type Role, SENTENCE_LIMIT, shown } from '../../layout/look.ts';
import { pad, widthOf } from '../../layout/width.ts';
import { wrap } from '../../layout/wrap.ts';

/** `Destinations  14 to 9 hosts`: what the section is, then what is in it. */
export function* heading(look: Look, title: string, facts: string): Iterable<string> {
  const [head = '', ...rest] = wrap(shown(look, facts, SENTENCE_LIMIT), look.columns - 2, look.columns - widthOf(title) - 2);
  yield `${look.style('heading', title)}  ${head}`.trimEnd();
  for (const line of rest) yield `  ${line}`;
}

/** Sentences, wrapped and made safe; `indent` columns from the left. */
export function* paragraph(look: Look, sentences: string, indent = 0, role?: Role): Iterable<string> {
  for (const line of wrap(shown(look, sentences, SENTENCE_LIMIT), look.columns - indent)) {
    yield ' '.repeat(indent) + (role === undefined ? line : look.style(role, line));
  }
}

/** `    seen   …` with the text wrapped beside the label, which stands on the first line only. */
export function* labelled(look: Look, label: string, sentences: string, indent: number, labelWidth: number, role?: Role): Iterable<string> {
  let first = true;
  for (const line of wrap(shown(look, sentences, SENTENCE_LIMIT), look.columns - indent - labelWidth)) {
    const head = pad(first ? label : '', labelWidth);
    yield ' '.repeat(indent) + (first ? look.style('label', head) : head) + (role === undefined ? line : look.style(role, line));
    first = false;
  }
}

/** `a · b · c`, or with bars where the page is ASCII. */
export function dotted(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
