/** The panes that stand in place of the table: promises so far, the app's last lines, the keys. */
import { type Look, shown } from '../../core/report/layout/look.ts';
import { cutEnd } from '../../core/report/layout/width.ts';
import { wrap } from '../../core/report/layout/wrap.ts';
import type { Model } from '../model.ts';
import type { Pane } from '../state.ts';
import { ellipsisOf, line } from './line.ts';

/** All lines of the pane; the caller shows a window of them. */
export function paneLines(pane: Exclude<Pane, 'none' | 'detail'>, model: Model, look: Look): readonly string[] {
  if (pane === 'claims') return claimLines(model, look);
  if (pane === 'output') return outputLines(model, look);
  return helpLines(model, look);
}

function claimLines({ promises, policy }: Model, look: Look): string[] {
  if (promises.length === 0) return wrap(policy === undefined ? 'Without a policy there are no claims.' : 'The policy makes no claims.', look.columns);
  return [
    look.style('heading', 'Claims so far'),
    ...wrap('Counter-evidence is final as far as it goes; that a claim holds can only be said at the end, by the report.', look.columns).map((part) => look.style('dim', part)),
    ...promises.flatMap(({ id, text, state, reason }) => [
      ...wrap(`${SIGNS[state]} ${shown(look, id)} ${shown(look, text, TEXT_LIMIT)}`, look.columns).map((part) => (state === 'broken' ? look.style('bad', part) : part)),
      ...wrap(shown(look, reason, TEXT_LIMIT), Math.max(10, look.columns - 4)).map((part) => look.style('dim', `    ${part}`)),
    ]),
  ];
}

function outputLines({ output }: Model, look: Look): string[] {
  if (output === undefined) return wrap('The app has its own terminal.', look.columns);
  if (output.length === 0) return wrap('The app has printed nothing.', look.columns);
  return output.map((text) => cutEnd(shown(look, text, TEXT_LIMIT), look.columns, ellipsisOf(look)));
}

function helpLines({ phases, output }: Model, look: Look): string[] {
  const keys = [...KEYS, ...(output === undefined ? [] : [OUTPUT_KEY]), ...(phases.length === 0 ? [] : [PHASE_KEY])];
  return [
    look.style('heading', 'Keys'),
    ...keys.map(([key, text]) => line(look, [{ text: key.padEnd(KEY_WIDTH), role: 'label' }, { text }])),
    ...(phases.length === 0 ? [] : wrap(shown(look, `Phases: ${phases.map(({ name, isOn }, index) => `${index + 1} ${name}${isOn ? ' (on)' : ''}`).join(', ')}`, TEXT_LIMIT), look.columns)),
    '',
    look.style('heading', 'Words'),
    ...VERDICT_WORDS.flatMap((word) => wrap(shown(look, word, TEXT_LIMIT), look.columns)),
  ];
}

const SIGNS = { broken: 'x', tested: '.', untested: '-' } as const;
const KEY_WIDTH = 12;
const KEYS: readonly (readonly [string, string])[] = [
  ['arrows j k', 'select a destination'],
  ['PgUp PgDn', 'a page up or down (b, space)'],
  ['g G', 'first, last'],
  ['Enter', 'evidence of the destination'],
  ['s', 'worst first, newest first'],
  ['v', 'all, broken, unclear, fine'],
  ['/', 'only what has this text'],
  ['c', 'claims so far'],
  ['Esc', 'close, take the filter away'],
  ['q Ctrl-C', 'end, and print the report'],
];
const OUTPUT_KEY = ['o', 'last lines of the app'] as const;
const PHASE_KEY = ['1–9', 'begin or end a phase'] as const;
const VERDICT_WORDS: readonly string[] = [
  'A verdict with ? is what the policy thinks of a destination before it was contacted; without, its connections that are over were judged so. The report may know more by then.',
  'open/all: connections that are open, and all of them. up, down: bytes of both, with the talk to the proxy itself.',
];
/** UTF-16 units of a sentence. */
const TEXT_LIMIT = 1000;
