/**
 * Commented hexadecimal flows in fixtures/wire. A line is `# comment` or `up`
 * or `down` and the bytes of one passage; an indented line goes on with it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fromHex } from '../../src/core/base/bytes.ts';
import type { Passage } from './play-session.ts';

export interface HexFixture {
  /** The first line: where the bytes come from. */
  readonly origin: string;
  readonly passages: readonly Passage[];
}

/** Throws on lines that are neither, so that a slip in a fixture cannot go unseen. */
export function readHexFixture(protocol: string, name: string): HexFixture {
  const [first = '', ...lines] = readFileSync(path.join(FOLDER, protocol, `${name}.hex`), 'utf8').trimEnd().split('\n');
  const passages = lines
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n(?! )/)
    .map((text) => {
      const [, side, hex = ''] = /^(up|down)([0-9a-f\s]+)$/.exec(text) ?? [];
      const data = fromHex(hex);
      if ((side !== 'up' && side !== 'down') || data === undefined) throw new Error(`${protocol}/${name}: not a passage: ${text}`);
      return { side, data } as const;
    });
  return { origin: first.replace(/^# */, ''), passages };
}

/** Names of a protocol's fixtures, as {@link readHexFixture} takes them. */
export function hexFixtures(protocol: string): string[] {
  return readdirSync(path.join(FOLDER, protocol)).filter((name) => name.endsWith('.hex')).map((name) => name.slice(0, -4)).sort();
}

const FOLDER = path.resolve(import.meta.dirname, '../../fixtures/wire');
