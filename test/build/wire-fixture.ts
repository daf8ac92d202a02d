/**
 * Commented hexadecimal recordings in fixtures/wire: takes the name of one,
 * gives its passages in order. A line is `# comment`, or `up`/`down` and the
 * bytes of one passage; lines that begin with white space go on with it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromHex } from '../../src/core/base/bytes.ts';
import type { Passage } from './tls-handshake.ts';

export interface WireFixture {
  /** The first line: where the bytes come from. */
  readonly origin: string;
  readonly passages: Passage[];
}

export function readWireFixture(name: string): WireFixture {
  const [first = '', ...lines] = readFileSync(path.join(FOLDER, name), 'utf8').split('\n');
  const passages = lines
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n(?=up|down)/)
    .map((text) => /^(up|down) ([0-9a-f\s]+)$/.exec(text.trim()))
    .filter((match) => match !== null)
    .map(([, side, hex = '']) => ({ side: side === 'up' ? 'up' : 'down', data: fromHex(hex) ?? new Uint8Array(0) }) as const);
  return { origin: first.replace(/^# */, ''), passages };
}

/** Names of the fixtures of a protocol, as {@link readWireFixture} takes them. */
export function wireFixtures(protocol: string): string[] {
  return readdirSync(path.join(FOLDER, protocol)).filter((name) => name.endsWith('.hex')).sort().map((name) => `${protocol}/${name}`);
}

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/wire');
