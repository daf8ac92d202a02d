/**
 * Paints frames on a terminal: takes each frame as one whole text, sends only
 * the lines that changed, each to its own place. Stands before the terminal
 * as ink's output, because ink's own repainting of single lines (6.8.0) loses
 * a line each time, and of whole screens costs ten times the bytes.
 */
import { Writable } from 'node:stream';

export class Painter extends Writable {
  private readonly output: NodeJS.WriteStream;
  private shown: readonly string[] = [];
  private isClosed = false;

  constructor(output: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.output = output;
    output.write(ENTER);
  }

  /** What ink lays out for. */
  get columns(): number {
    return this.output.columns;
  }

  /** What is on the terminal is not known any more: the next frame is painted whole. */
  forget(): void {
    this.shown = [];
    if (!this.isClosed) this.output.write(CLEAR);
  }

  /** Gives the terminal back as it was; may be called twice. */
  leave(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.output.write(LEAVE);
  }

  override _write(frame: string, _encoding: string, done: () => void): void {
    if (!this.isClosed && frame !== '') this.paint(frame.split('\n'));
    done();
  }

  private paint(lines: readonly string[]): void {
    // Erased before it is written: behind a full line the cursor stands on its last letter.
    const pieces = lines.map((text, index) => (text === this.shown[index] ? '' : `\u001b[${index + 1};1H\u001b[0m\u001b[2K${text}`));
    const rest = lines.length < this.shown.length ? `\u001b[${lines.length + 1};1H\u001b[J` : '';
    const change = pieces.join('') + rest;
    this.shown = lines;
    if (change !== '') this.output.write(`${BEGIN}${change}${END}`);
  }
}

/** The alternate buffer, empty, without a cursor. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[2J\u001b[H';
const CLEAR = '\u001b[0m\u001b[2J';
/** Colours off, cursor shown, and back to the buffer that the user had. */
const LEAVE = '\u001b[0m\u001b[?25h\u001b[?1049l';
/** Terminals that know synchronised output show the change at once. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
