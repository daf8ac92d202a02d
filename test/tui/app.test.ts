import { render } from 'ink-testing-library';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { App } from '../../src/tui/app.ts';
import type { Key } from '../../src/tui/keys.ts';
import { until } from '../edge/proxy/loopback.ts';
import { asked, look, screen, verdict } from './live-events.ts';

/** A screen under ink, drawn at each change. */
function mounted(): { readonly shown: () => string; readonly press: (keys: string) => void; readonly stops: () => number; readonly host: ReturnType<typeof screen>; readonly unmount: () => void } {
  const host = screen();
  const listeners: (() => void)[] = [];
  let lines: readonly string[] = host.frame(look(80), 12).lines;
  let stops = 0;
  host.changed = () => {
    ({ lines } = host.frame(look(80), 12));
    for (const listener of listeners) listener();
  };
  host.stopped = () => stops++;
  const subscribe = (next: () => void): (() => void) => {
    listeners.push(next);
    return () => void listeners.splice(listeners.indexOf(next), 1);
  };
  const { lastFrame, stdin, unmount } = render(createElement(App, { shown: { subscribe, lines: () => lines, key: (input: string, key: Key) => host.key(input, key) } }));
  return { shown: () => lastFrame() ?? '', press: (keys) => stdin.write(keys), stops: () => stops, host, unmount };
}

describe('the screen under ink', () => {
  it('draws destinations as they are asked for, one line each', async () => {
    const { shown, host, unmount } = mounted();
    host.asked(asked(1, 'api.vendor.example'));
    host.asked(asked(2, 'evil.example', { verdict: verdict('forbidden') }));
    await until(() => shown().includes('evil.example'));
    expect(shown().split('\n').slice(3, 6).map((text) => text.trimEnd())).toEqual([
      '  verdict              destination                             up     down   age',
      '▸ forbidden?           evil.example:443                       0 B      0 B    0s',
      '  declared?            api.vendor.example:443                 0 B      0 B    0s',
    ]);
    expect(shown().split('\n')).toHaveLength(11);
    unmount();
  });

  it.each([
    ['Enter', '\r', 'known by  what the client asked the proxy for'],
    ['?', '?', 'Keys'],
    ['v', 'v', 'None of the 1 destinations is broken'],
    ['an arrow and Escape of a terminal', '\u001b[B', '1/1'],
  ] as const)('obeys %s as a terminal sends it', async (_, keys, expected) => {
    const { shown, press, host, unmount } = mounted();
    host.asked(asked(1, 'api.vendor.example'));
    // ink hears keys once its effects have run.
    await until(() => shown().includes('api.vendor.example'));
    await new Promise((done) => setTimeout(done, 20));
    press(keys);
    await until(() => shown().includes(expected));
    expect(shown()).toContain(expected);
    unmount();
  });

  it('asks for the end by q and by Ctrl-C, and leaves it to others', async () => {
    const { press, stops, shown, unmount } = mounted();
    await until(() => shown() !== '');
    await new Promise((done) => setTimeout(done, 20));
    press('q');
    press('\u0003');
    await until(() => stops() === 2);
    expect(stops()).toBe(2);
    unmount();
  });
});
