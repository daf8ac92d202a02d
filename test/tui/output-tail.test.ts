import { describe, expect, it } from 'vitest';
import { OutputTail } from '../../src/tui/output-tail.ts';

function tailOf(...pieces: readonly (string | Uint8Array)[]): readonly string[] {
  const tail = new OutputTail();
  for (const piece of pieces) tail.push(typeof piece === 'string' ? Buffer.from(piece) : piece);
  return tail.lines();
}

describe('the tail of an app\'s output', () => {
  it.each([
    ['joins what comes in pieces', ['one', ' line\ntw', 'o\n'], ['one line', 'two']],
    ['shows the line that is being written', ['one\nprompt> '], ['one', 'prompt>']],
    ['leaves colours and cursor movements out', ['\u001b[31mred\u001b[0m \u001b[2J\u001b]0;title\u0007x\n'], ['red x']],
    ['shows what a progress bar left', ['10 %\r50 %\r100 %\n'], ['100 %']],
    ['takes Windows line ends', ['one\r\ntwo\r\n'], ['one', 'two']],
  ] as const)('%s', (_, pieces, expected) => {
    expect(tailOf(...pieces)).toEqual(expected);
  });

  it('keeps a letter whole that comes in two pieces', () => {
    const bytes = Buffer.from('ü\n');
    expect(tailOf(bytes.subarray(0, 1), bytes.subarray(1))).toEqual(['ü']);
  });

  it('keeps the last 500 lines and 1,000 letters of each, whatever comes', () => {
    const lines = tailOf(Array.from({ length: 2000 }, (_, index) => `line ${index}\n`).join(''), `${'x'.repeat(500_000)}\n`, 'y'.repeat(70_000));
    expect([lines.length <= 501, lines.at(-3), lines.at(-2)?.length, lines.at(-1)?.length]).toEqual([true, 'line 1999', 1000, 1000]);
  });
});
