/** Chooses who tells of a live run: lines for people or programs, silence, or the screen, whose code is loaded only then. */
import type { Mistake } from '../../core/base/errors.ts';
import { forTerminal } from '../../core/base/wire-text.ts';
import { type ColorChoice, lookFor } from '../paint.ts';
import type { World } from '../world.ts';
import { LiveLines, type LineStyle } from './lines.ts';
import type { LiveTeller } from './teller.ts';

export interface TellerWish {
  readonly screen?: boolean;
  readonly events?: boolean;
  readonly quiet?: boolean;
}

export type LiveStyle = LineStyle | 'screen';

/** What is told while the run goes on; `usual`: whether a terminal gets the screen unasked. */
export function liveStyle({ screen, events, quiet }: TellerWish, usual: 'screen' | 'lines', world: World, mistakes: Mistake[]): LiveStyle {
  const other = events === true ? '--events' : quiet === true ? '--quiet' : undefined;
  if (screen === true && other !== undefined) mistakes.push({ message: `--screen and ${other} exclude each other`, help: 'leave one of them out' });
  else if (screen === true && world.terminal() === undefined) mistakes.push({ message: '--screen needs a terminal on standard input and standard error', help: 'leave it out, or use --events for programs' });
  if (events === true) return 'events';
  if (quiet === true) return 'none';
  return (screen ?? usual === 'screen') && world.terminal() !== undefined ? 'screen' : 'text';
}

/** Opens it; `app` are the words of the app that prints into the screen. */
export async function openTeller(style: LiveStyle, color: ColorChoice, world: World, app?: readonly string[]): Promise<LiveTeller> {
  const terminal = style === 'screen' ? world.terminal() : undefined;
  const look = lookFor(world.stderr, color, world.env);
  if (style !== 'screen' || terminal === undefined) return new LiveLines(world, style === 'screen' ? 'text' : style, look);
  const { ScreenTeller } = await import('./screen-teller.ts');
  return new ScreenTeller(world, { terminal, look, ...(app === undefined ? {} : { app: app.join(' ') }) });
}

/** The last lines of an app that failed: its pane has gone, and they say why. */
export function lastWords(teller: LiveTeller): string {
  const lines = teller.lastLines?.().slice(-LAST_LINES) ?? [];
  return lines.length === 0 ? '' : `egret: the app's last lines\n${lines.map((line) => `  ${forTerminal(line, LINE_LIMIT)}\n`).join('')}`;
}

const LAST_LINES = 20;
/** UTF-16 units of one of them. */
const LINE_LIMIT = 400;
