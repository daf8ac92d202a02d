/** One line on a terminal's standard error that says what is still being tried; elsewhere silence. */
import { cutEnd } from '../../core/report/layout/width.ts';
import type { OutStream } from '../world.ts';

export interface TryingLine {
  readonly show: (names: readonly string[]) => void;
  /** Takes the line away, before anything else is written to the terminal. */
  readonly clear: () => Promise<void>;
}

export function tryingLine(stream: OutStream, wanted: boolean): TryingLine {
  if (!wanted || !stream.isTTY) return { show: () => {}, clear: () => Promise.resolve() };
  const write = (text: string): Promise<void> => stream.write(`\r${text}\u001b[K`).catch(() => {});
  return {
    show: (names) => void write(names.length === 0 ? '' : cutEnd(`trying ${names.join(', ')}`, (stream.columns ?? 80) - 1, '...')),
    clear: () => write(''),
  };
}
