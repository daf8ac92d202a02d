import { describe, expect, it } from 'vitest';
import { Rows } from '../../src/tui/rows.ts';
import { stanceOf, verdictWord, weightOf } from '../../src/tui/row.ts';
import { asked, connection, NOON, verdict } from './live-events.ts';

describe('the rows of a live run', () => {
  it('fold what is asked for by host, port and transport', () => {
    const rows = new Rows();
    rows.asked(asked(1, 'API.example.'));
    rows.asked(asked(2, 'api.example'));
    rows.asked(asked(3, 'api.example', { port: 8443 }));
    expect(rows.list.map(({ host, port, open }) => [host, port, open])).toEqual([['api.example', 443, 2], ['api.example', 8443, 1]]);
  });

  it('say ? until a connection is over and judged', () => {
    const rows = new Rows();
    rows.asked(asked(1, 'a.example', { verdict: verdict('declared') }));
    const [row] = rows.list;
    expect(row && verdictWord(row)).toBe('declared?');
    rows.over(connection('0.1', 'a.example'), verdict('wrong-transport'), 1);
    expect(row && [verdictWord(row), stanceOf(row)]).toEqual(['wrong-transport', 'broken']);
  });

  it('keep the worst verdict of a destination', () => {
    const rows = new Rows();
    for (const [flow, kind] of (['declared', 'undeclared', 'declared'] as const).entries()) rows.over(connection(`0.${flow}`, 'a.example'), verdict(kind), flow);
    expect(rows.list.map(verdictWord)).toEqual(['undeclared']);
  });

  it('weigh who was turned away above every verdict', () => {
    const rows = new Rows();
    rows.asked(asked(1, 'denied.example', { verdict: verdict('undeclared'), isDenied: true }));
    rows.asked(asked(2, 'bad.example', { verdict: verdict('forbidden') }));
    expect(rows.list.toSorted((one, other) => weightOf(other) - weightOf(one)).map(verdictWord)).toEqual(['denied', 'forbidden?']);
  });

  it('count bytes of open tunnels as they are carried, and once when they are over', () => {
    const rows = new Rows();
    rows.asked(asked(7, 'a.example'));
    rows.carried((visit) => visit(7, 40, 60));
    rows.carried((visit) => visit(7, 70, 90));
    expect(rows.totals).toMatchObject({ open: 1, up: 70, down: 90, connections: 0 });
    rows.over(connection('0.7', 'a.example', { up: 100, down: 200 }), verdict('declared'), 7);
    rows.carried(() => {});
    expect(rows.totals).toEqual({ open: 0, up: 100, down: 200, connections: 1, left: 0 });
    expect(rows.list).toMatchObject([{ open: 0, up: 100, down: 200, openUp: 0, openDown: 0, connections: 1 }]);
  });

  it('count a tunnel that has ended as open no more, before it is judged', () => {
    const rows = new Rows();
    rows.asked(asked(7, 'a.example'));
    rows.carried(() => {});
    expect(rows.list[0]?.open).toBe(0);
    rows.over(connection('0.7', 'a.example'), verdict('declared'), 7);
    expect(rows.list[0]).toMatchObject({ open: 0, connections: 1 });
  });

  it('give a connection that no tunnel asked for a row of its own, by name or address', () => {
    const rows = new Rows();
    rows.over(connection('1.4', 'b.example', { transport: 'udp' }), verdict('undeclared'), undefined);
    rows.over(connection('1.5', '', { names: [] }), verdict('cannot-judge'), undefined);
    expect(rows.list.map(({ host, transport }) => `${transport} ${host}`)).toEqual(['udp b.example', 'tcp 203.0.113.7']);
  });

  it('count what finds no row past 20,000 of them, and its bytes all the same', () => {
    const rows = new Rows();
    for (let flow = 1; flow <= 20_003; flow++) rows.over(connection(`0.${flow}`, `h${flow}.example`), verdict('declared'), flow);
    expect([rows.list.length, rows.totals.left, rows.totals.connections, rows.totals.up]).toEqual([20_000, 3, 20_003, 2_000_300]);
  });

  it('keep the last four connections and addresses as evidence', () => {
    const rows = new Rows();
    for (let flow = 1; flow <= 6; flow++) rows.over(connection(`0.${flow}`, 'a.example', { to: { address: `203.0.113.${flow}`, port: 443 }, opened: NOON + flow }), verdict('declared'), flow);
    expect(rows.list[0]?.recent.map(({ id }) => id)).toEqual(['0.6', '0.5', '0.4', '0.3']);
    expect(rows.list[0]?.addresses).toEqual(['203.0.113.6', '203.0.113.5', '203.0.113.4', '203.0.113.3']);
  });
});
