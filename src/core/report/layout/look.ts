/**
 * The seam between meaning and paint (design §2): `core/report` marks roles,
 * `cli` turns roles into colour. A look also says how wide the page is and
 * whether it can show more than ASCII. Nothing here knows a terminal.
 */
import { forTerminal } from '../../base/wire-text.ts';

/** What a piece of text is, for whoever paints it. */
export type Role = 'heading' | 'strong' | 'dim' | 'good' | 'bad' | 'warn' | 'note' | 'label';

export interface Look {
  /** Columns of the page; no line is wider. */
  readonly columns: number;
  /** false: only ASCII may be written. */
  readonly unicode: boolean;
  style(role: Role, text: string): string;
}

/** The look of a file or a pipe: 100 columns, UTF-8, no colour, so that the same report is the same bytes everywhere. */
export const PLAIN_LOOK: Look = { columns: 100, unicode: true, style: (_, text) => text };

/** Text from anywhere made fit for the page: controls escaped, bounded to `limit`, ASCII where the page is. */
export function shown(look: Look, text: string, limit: number = NAME_LIMIT): string {
  const safe = forTerminal(text, limit).replaceAll(PILED, (marks) => `${marks.slice(0, PILE_CAP)}…`);
  return look.unicode ? safe : safe.replaceAll(NOT_ASCII, (char) => ASCII_FORM[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Sentences of findings and claims may be longer than names; the cap keeps one finding from flooding the page. */
export const SENTENCE_LIMIT = 2000;
/** Longest DNS name (RFC 1035 §2.3.4). */
const NAME_LIMIT = 253;
/** Combining marks kept on one letter: no living script needs more, and piles climb over other lines. */
const PILE_CAP = 4;
const PILED = /\p{M}{5,}/gu;
// oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
const NOT_ASCII = /[^\u0000-\u007f]/gu;
/** Plain letters for the signs that egret's own texts use. */
const ASCII_FORM: Readonly<Record<string, string>> = {
  '…': '...', '·': '|', '–': '-', '—': '-', '→': '->', '←': '<-', '≤': '<=', '≥': '>=', '×': 'x', 'µ': 'u', '✓': '+', '✗': 'x', '“': '"', '”': '"', '‘': "'", '’': "'", '─': '-', '§': 'section ', '±': '+-',
};
