import { array, assert, constantFrom, integer, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wireText } from '../../src/core/base/wire-text.ts';
import { widthOf } from '../../src/core/report/layout/width.ts';
import { drawFrame } from '../../src/tui/frame.ts';
import type { Promised } from '../../src/tui/model.ts';
import { Rows } from '../../src/tui/rows.ts';
import { BEGIN, type State } from '../../src/tui/state.ts';
import { Visible } from '../../src/tui/visible.ts';
import { asked, connection, look, model, NOON, rowsOf, verdict } from './live-events.ts';

const ROWS = rowsOf([['api.vendor.example', 'declared'], ['evil.example', 'forbidden'], ['cdn.vendor.example', 'wrong-port']]);
const PROMISES: readonly Promised[] = [
  { id: 'C01', text: 'only listed hosts are contacted', state: 'broken', reason: 'broken: 1 finding of undeclared-host' },
  { id: 'C02', text: 'updates come from the CDN', state: 'tested', reason: 'put to the test, and nothing against it so far' },
  { id: 'C03', text: 'no telemetry', state: 'untested', reason: 'not put to the test so far' },
];

function draw(columns: number, rows: number, state: Partial<State> = {}, from: Rows = ROWS, more: Parameters<typeof model>[0] = {}): readonly string[] {
  const whole = { ...BEGIN, ...state };
  return drawFrame(model({ destinations: from.list.length, ...more }), new Visible(from).of(whole), whole, look(columns), rows).lines;
}

describe('a frame', () => {
  it('shows what is observed, what cannot be seen, and the rows worst first', () => {
    expect(draw(120, 14, {}, ROWS, { promises: PROMISES, broken: 2 }).map((text) => text.trimEnd())).toEqual([
      'egret proxy 127.0.0.1:8888 · Vendor                                                                              0:01:05',
      '3 destinations (2 against the policy) · 0 open, 0 over · up 0 B, down 0 B',
      'Cannot see: what does not use the proxy',
      '  verdict              destination                           known by   process         open/all       up     down   age',
      '▸ forbidden?           evil.example:443                      asked                           1/1      0 B      0 B  open',
      '  wrong-port?          cdn.vendor.example:443                asked                           1/1      0 B      0 B  open',
      '  declared?            api.vendor.example:443                asked                           1/1      0 B      0 B  open',
      '', '', '', '', '',
      '? keys  Enter evidence  s worst  v verdict  / find  c claims  q end                                                  1/3',
    ]);
  });

  it('never says that a claim holds, and names the broken ones', () => {
    const [, , , strip] = draw(100, 24, {}, ROWS, { promises: PROMISES });
    expect(strip).toBe('Claims: 1 broken so far (C01), 1 put to the test, 1 not yet');
    expect(draw(100, 24, { pane: 'claims' }, ROWS, { promises: PROMISES }).join('\n')).not.toMatch(/\bholds\b(?! can)/);
  });

  it('shows evidence of the selected destination below the table', () => {
    const rows = new Rows();
    rows.asked(asked(1, 'evil.example', { verdict: verdict('forbidden'), address: '203.0.113.9' }));
    rows.over(connection('0.1', 'evil.example', { outcome: 'refused', dialled: { name: wireText('evil.example'), port: 443, by: 'egret', address: '203.0.113.9', failure: 'refused' } }), verdict('forbidden', { entry: 'no-evil', reason: 'must-not evil.example' }), 1);
    const text = draw(100, 24, { pane: 'detail', selected: rows.list[0]?.key }, rows).map((one) => one.trimEnd()).join('\n');
    expect(text).toContain('verdict   forbidden; entry no-evil; must-not evil.example; of connections that are over; the report');
    expect(text).toContain('known by  connect, high confidence');
    expect(text).toContain('tries     0 open, 1 connection over, 1 of them could not be made');
    expect(text).toContain('12:00:00 refused tls 203.0.113.9 up 100 B down 200 B #0.1');
  });

  it('says why the list is empty', () => {
    expect(draw(80, 10, {}, new Rows()).join('\n')).toContain('Nothing has asked for a destination yet.');
    expect(draw(80, 10, { query: 'zzz' }).join('\n')).toContain('None of the 3 destinations is with "zzz"; Esc shows all.');
  });

  it('says what the app printed without obeying it', () => {
    expect(draw(80, 12, { pane: 'output' }, ROWS, { output: ['ready', '\u202egnp.exe \u0007'] })[4]).toBe('\\u{202e}gnp.exe \\x07');
  });

  it('keeps the end of a name that does not fit, since that says who owns it', () => {
    const rows = rowsOf([[`${'login.bank.example.'.repeat(5)}evil.example`, 'undeclared']]);
    expect(draw(60, 10, {}, rows)[3]).toMatch(/^▸ undeclared. *…[a-z.]*\.evil\.example:443 /);
  });

  it('shows only ASCII where the terminal knows no more', () => {
    const state = { ...BEGIN };
    const { lines } = drawFrame(model({ destinations: 3, promises: PROMISES }), new Visible(ROWS).of(state), state, look(90, { unicode: false }), 20);
    // oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
    expect(lines.join('')).toMatch(/^[\u0020-\u007e]*$/);
  });
});

describe('any frame', () => {
  const hostile = oneof(string({ unit: 'grapheme', maxLength: 80 }), string({ unit: 'binary', maxLength: 80 }), constantFrom('統一碼.example', 'a\u001b[2J\u001b[Hb', '\u202eexample', 'e\u0301'.repeat(50), '😀.example', '::error ::x', 'ﷺ', 'שלום.example'));

  it('is never wider or higher than the terminal, and holds nothing that a terminal obeys', () => {
    assert(property(array(hostile, { maxLength: 12 }), integer({ min: 24, max: 160 }), integer({ min: 2, max: 50 }), constantFrom('none', 'detail', 'claims', 'output', 'help'), (names, columns, rows, pane) => {
      const from = new Rows();
      for (const [index, name] of names.entries()) {
        from.asked(asked(index, name));
        from.over(connection(`0.${index}`, name, { protocol: 'http', opened: NOON }), verdict('undeclared', { reason: name, entry: name }), index);
      }
      const output = names.map((name) => name.replaceAll('\n', ''));
      const promises = names.map((name) => ({ id: name, text: name, state: 'broken' as const, reason: name }));
      const lines = draw(columns, rows, { pane, query: '', selected: from.list.at(-1)?.key }, from, { what: names.join(' '), policy: names[0], output, promises, notice: names[1] ?? '' });
      expect(lines.length).toBe(Math.max(2, rows - 1));
      for (const text of lines) {
        expect([widthOf(text) <= columns, text]).toEqual([true, text]);
        expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }
    }), { numRuns: 150, seed: 5 });
  });
});
