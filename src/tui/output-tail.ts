/** The last lines of what a program prints: takes bytes as they come, keeps a bounded tail as text without terminal commands. */
import { stripVTControlCharacters } from 'node:util';

export class OutputTail {
  private readonly decoder = new TextDecoder();
  private readonly kept: string[] = [];
  private rest = '';

  /** Takes what was printed. Of a flood only its end is looked at. */
  push(chunk: Uint8Array): void {
    const text = this.rest + this.decoder.decode(chunk.length > CHUNK_MAX ? chunk.subarray(-CHUNK_MAX) : chunk, { stream: true });
    const lines = text.split('\n');
    this.rest = (lines.pop() ?? '').slice(-LINE_LIMIT);
    for (const line of lines.slice(-LINE_CAP)) this.kept.push(clean(line));
    this.kept.splice(0, this.kept.length - LINE_CAP);
  }

  /** Oldest first; the one that is being written last. */
  lines(): readonly string[] {
    return this.rest === '' ? this.kept : [...this.kept, clean(this.rest)];
  }
}

/** What a progress bar leaves: the text behind the last carriage return. */
function clean(line: string): string {
  const text = stripVTControlCharacters(line.slice(0, LINE_LIMIT)).trimEnd();
  return text.slice(text.lastIndexOf('\r') + 1);
}

/** Lines of a program's output that are kept: a few screens to page through. */
const LINE_CAP = 500;
/** UTF-16 units of a line that are kept: more than the widest screen shows. */
const LINE_LIMIT = 1000;
/** Bytes of one piece that are looked at: 500 lines of usual length. */
const CHUNK_MAX = 65_536;
