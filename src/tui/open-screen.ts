/**
 * Shows a screen on a terminal: alternate buffer, raw keys, at most ten frames
 * a second, and the terminal as it was before on every way out that lets code
 * run. The only place that mounts ink; loaded when a screen is wanted.
 */
import { type Instance, render } from 'ink';
import { createElement } from 'react';
import type { Look } from '../core/report/layout/look.ts';
import { App, type Shown } from './app.ts';
import { Painter } from './painter.ts';
import type { Screen } from './screen.ts';
import type { Terminal } from './terminal.ts';

/** Opens it; gives what closes it again, which may be called twice. */
export function openScreen(screen: Screen, terminal: Terminal, look: Look): () => void {
  const { input, output } = terminal;
  const painter = new Painter(output);
  const shown = new Frames(screen, output, look);
  const instance = mount(shown, painter, input);
  let resizing: NodeJS.Timeout | undefined;
  const resized = (): void => {
    clearTimeout(resizing);
    resizing = setTimeout(() => {
      painter.forget();
      shown.draw();
    }, RESIZE_WAIT);
  };
  // A closed window comes as a signal and as the end of input: one wish to stop, and a second one for an app that does not heed it.
  let insisting: NodeJS.Timeout | undefined;
  const hungUp = (): void => {
    if (insisting !== undefined) return;
    insisting = setTimeout(() => screen.stopped(), HANGUP_GRACE);
    screen.stopped();
  };
  const close = (): void => {
    clearTimeout(resizing);
    clearTimeout(insisting);
    output.off('resize', resized);
    input.off('end', hungUp);
    shown.close();
    stopExit();
    stopHangup();
    instance.unmount();
    painter.leave();
  };
  const stopExit = terminal.onExit(close);
  const stopHangup = terminal.onHangup(hungUp);
  output.on('resize', resized);
  // A terminal that is gone has no more keys; what it says when it is read would end egret.
  input.on('end', hungUp);
  input.on('error', hungUp);
  return close;
}

/** In debug mode ink writes each frame whole and leaves the terminal's cursor alone: that is the painter's. */
function mount(shown: Shown, painter: Painter, stdin: NodeJS.ReadStream): Instance {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- ink asks for a terminal, and uses of it what a painter has: columns and write
  const stdout = painter as unknown as NodeJS.WriteStream;
  return render(createElement(App, { shown }), { stdout, stderr: stdout, stdin, debug: true, exitOnCtrlC: false, patchConsole: false, isScreenReaderEnabled: false });
}

/** The lines of the last frame; draws the next one when something changed and the last is old enough, and once a second for the clock. */
class Frames implements Shown {
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listener = listener;
    return () => {
      if (this.listener === listener) this.listener = () => {};
    };
  };
  readonly lines = (): readonly string[] => this.drawn;
  readonly key = (...[input, key]: Parameters<Shown['key']>): void => this.screen.key(input, key);
  private readonly screen: Screen;
  private readonly output: NodeJS.WriteStream;
  private readonly look: Look;
  private readonly clock: NodeJS.Timeout;
  private listener: () => void = () => {};
  private drawn: readonly string[] = [];
  private waiting: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(screen: Screen, output: NodeJS.WriteStream, look: Look) {
    this.screen = screen;
    this.output = output;
    this.look = look;
    screen.changed = () => this.soon();
    this.clock = setInterval(() => this.soon(), CLOCK_STEP);
    this.draw();
  }

  /** Draws at once. */
  draw(): void {
    const { columns, rows } = this.output;
    const { lines } = this.screen.frame({ ...this.look, columns: Math.min(COLUMNS_MAX, Math.max(COLUMNS_LEAST, columns)) }, rows);
    if (lines.length === this.drawn.length && lines.every((text, index) => text === this.drawn[index])) return;
    this.drawn = lines;
    this.listener();
  }

  close(): void {
    this.isClosed = true;
    this.screen.changed = () => {};
    clearInterval(this.clock);
    clearTimeout(this.waiting);
  }

  private soon(): void {
    if (this.isClosed || this.waiting !== undefined) return;
    this.waiting = setTimeout(() => {
      this.waiting = undefined;
      this.draw();
    }, FRAME_WAIT);
  }
}

/** In ms: ten frames a second are as many as anybody reads. */
const FRAME_WAIT = 100;
/** In ms; ages and the clock show seconds. */
const CLOCK_STEP = 1000;
/** In ms: who drags an edge sends many sizes. */
const RESIZE_WAIT = 60;
/** In ms, for an app to end by itself once the terminal is gone; nobody can ask it a second time. */
const HANGUP_GRACE = 10_000;
/** Narrower screens cut the lines: verdict and name stand beside each other. */
const COLUMNS_LEAST = 24;
/** Wider lines are no longer read as lines. */
const COLUMNS_MAX = 240;
