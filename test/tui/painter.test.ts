import { describe, expect, it } from 'vitest';
import { Painter } from '../../src/tui/painter.ts';

/** A terminal that keeps what is written to it. */
function terminal(): { readonly written: () => string; readonly output: NodeJS.WriteStream } {
  let text = '';
  const output = { columns: 80, rows: 24, write: (piece: string) => (text += piece) !== '' };
  return {
    written() {
      const taken = text.replaceAll('\u001b', '^');
      text = '';
      return taken;
    },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a painter uses no more of a terminal
    output: output as unknown as NodeJS.WriteStream,
  };
}

describe('the painter', () => {
  it('sends only lines that changed, each to its place', () => {
    const { output, written } = terminal();
    const painter = new Painter(output);
    expect(written()).toBe('^[?1049h^[?25l^[2J^[H');
    painter.write('one\ntwo\nthree');
    written();
    painter.write('one\nTWO\nthree');
    expect(written()).toBe('^[?2026h^[2;1H^[0m^[2KTWO^[?2026l');
    painter.write('one\nTWO\nthree');
    expect(written()).toBe('');
  });

  it('erases what is below a frame that has become shorter', () => {
    const { output, written } = terminal();
    const painter = new Painter(output);
    painter.write('one\ntwo\nthree');
    written();
    painter.write('one');
    expect(written()).toBe('^[?2026h^[2;1H^[J^[?2026l');
  });

  it('paints all lines again when the terminal has forgotten them', () => {
    const { output, written } = terminal();
    const painter = new Painter(output);
    painter.write('one\ntwo');
    painter.forget();
    written();
    painter.write('one\ntwo');
    expect(written()).toContain('^[1;1H^[0m^[2Kone^[2;1H^[0m^[2Ktwo');
  });

  it('gives the terminal back once, and paints nothing afterwards', () => {
    const { output, written } = terminal();
    const painter = new Painter(output);
    written();
    painter.leave();
    expect(written()).toBe('^[0m^[?25h^[?1049l');
    painter.leave();
    painter.write('late');
    painter.forget();
    expect(written()).toBe('');
  });
});
