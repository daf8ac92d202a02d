/** One line on a terminal's standard error that says how far reading has come; elsewhere silence. */
import { bytes, count, percent } from '../core/report/layout/amounts.ts';
import { cutEnd } from '../core/report/layout/width.ts';
import { forTerminal } from '../core/base/wire-text.ts';
import type { Progress } from './pipeline-types.ts';
import type { OutStream } from './world.ts';

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  /** Takes the line away, before anything else is written to the terminal. */
  readonly clear: () => Promise<void>;
}

/** Writes only when the text changes, so a long file costs a hundred writes, not one per chunk. */
export function progressLine(stream: OutStream, wanted: boolean): ProgressLine {
  if (!wanted || !stream.isTTY) return { show: () => {}, clear: () => Promise.resolve() };
  let shown = '';
  const write = (text: string): Promise<void> => stream.write(text).catch(() => {});
  return {
    show(progress) {
      const text = progressText(progress);
      if (text === shown) return;
      shown = text;
      void write(`\r${ERASE_LINE}${cutEnd(text, (stream.columns ?? 80) - 1, '...')}`);
    },
    async clear() {
      if (shown === '') return;
      shown = '';
      await write(`\r${ERASE_LINE}`);
    },
  };
}

/** What has not come to one step yet is left out: a small file is done before there is a number worth reading. */
function progressText({ path, bytesRead, bytesTotal, packets }: Progress): string {
  const read = bytesRead - (bytesRead % UNKNOWN_STEP);
  const passed = packets - (packets % PACKET_STEP);
  const facts = [...(bytesTotal === undefined ? (read === 0 ? [] : [bytes(read)]) : [percent(bytesRead, bytesTotal)]), ...(passed === 0 ? [] : [`${count(passed)} packets`])];
  return `reading ${path === '-' ? 'standard input' : forTerminal(path)}${facts.length === 0 ? '' : `: ${facts.join(', ')}`}`;
}

const ERASE_LINE = '\u001b[K';
/** Steps in which the line changes. */
const UNKNOWN_STEP = 10_000_000;
const PACKET_STEP = 100_000;
