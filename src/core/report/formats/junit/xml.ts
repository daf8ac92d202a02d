/**
 * XML 1.0 (fifth edition) as far as a JUnit file needs it. Takes any text,
 * gives markup that every parser reads: what XML forbids (§2.2 Char) and what
 * a terminal would act on is shown as `\xNN` or `\u{…}`, never dropped. Writes
 * no comments, CDATA or entities of its own.
 */
import { forTerminal } from '../../../base/wire-text.ts';

/** Text for an element or a quoted attribute, cut at `limit` UTF-16 units before it is escaped. */
export function xmlText(text: string, limit: number): string {
  return forTerminal(text, limit).replaceAll(MARKUP, (char) => ENTITIES[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** ` name="value"` for each, in their order; undefined ones are left out. */
export function xmlAttributes(values: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${xmlText(String(value), ATTRIBUTE_LIMIT)}"`))
    .join('');
}

/** The two noncharacters of the basic plane are all that is left to forbid once controls and lone surrogates are gone. */
const MARKUP = /[&<>"'\ufffe\uffff]/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
/** Test viewers show an attribute on one line; a sentence and its names fit, a flood does not. */
const ATTRIBUTE_LIMIT = 600;
