/**
 * Makes hostile text of sound text: lines lost, doubled, moved and indented,
 * values exchanged for odd ones, and the known attacks on readers of YAML and
 * JSON. The result mostly still parses, so that what reads the values is met.
 */
import type { Dice } from './dice.ts';

/** A changed copy of some text in UTF-8. */
export function mutateText(original: Uint8Array, dice: Dice): Uint8Array {
  const lines = Buffer.from(original).toString().split('\n');
  const at = dice.below(lines.length);
  const line = lines[at] ?? '';
  switch (dice.below(9)) {
    case 0: lines.splice(at, 1 + dice.few(4)); break;
    case 1: lines.splice(at, 0, ...lines.slice(at, at + 1 + dice.few(6))); break;
    case 2: lines.splice(dice.below(lines.length), 0, line); break;
    case 3: lines[at] = dice.below(2) === 0 ? `  ${line}` : line.replace(/^ {1,2}/, ''); break;
    case 4: lines.splice(at, 0, dice.pick(BOMBS)(dice)); break;
    default: lines[at] = swapped(line, dice);
  }
  return Buffer.from(lines.join('\n'));
}

/** Values exchanged for values of other kinds; of a long line only some. */
function swapped(line: string, dice: Dice): string {
  const rarity = Math.max(1, Math.floor(line.length / 120));
  return line.replaceAll(VALUE, (whole, before: string) => (dice.below(rarity) === 0 ? `${before}${dice.pick(ODD)}` : whole));
}

/** What follows a colon, a dash or a bracket, quoted or plain. */
const VALUE = /([:[,-] ?)(?:"(?:[^"\\]|\\.)*"|-?\d[\d.eE+]*|[\w*./$][\w*./ $-]*)/g;

const ODD = [
  'null', '""', '-1', '1e308', '1e999', '9007199254740993', '[]', '{}', '[[[]]]', 'true', '"__proto__"', '"constructor"', '"\\u0000\\u001b[2J"', '0.5', '65536', '{"__proto__":1}', '"::1"', '~', '!!binary aGk=', '*x', '&x y',
  `"${'a.'.repeat(200)}"`, '"*"', '"**.example"', '"*.com"', '0/tcp', '65535/udp', '443-80/tcp', '1-65535/tcp', '10.0.0.0/33', '::/0', '2026-02-30', '9999-12-31', '"\\ud800"', '"a\\nExit 0: fine"', 'x'.repeat(3000), '16KiB', '-5s', '$mcp_hosts',
];

/** Attacks that many readers fell to: depth, width, aliases that multiply, keys twice, length. */
const BOMBS: readonly ((dice: Dice) => string)[] = [
  (dice) => `deep: ${'['.repeat(1 + dice.below(4000))}`,
  (dice) => `deep: ${'{a: '.repeat(1 + dice.below(2000))}`,
  (dice) => Array.from({ length: 1 + dice.below(300) }, (_, depth) => `${'  '.repeat(depth)}a:`).join('\n'),
  (dice) => ['a0: &a0 [x, x]', ...Array.from({ length: 1 + dice.below(30) }, (_, at) => `a${at + 1}: &a${at + 1} [${`*a${at}, `.repeat(9)}*a${at}]`)].join('\n'),
  (dice) => 'same: 1\n'.repeat(1 + dice.below(500)),
  (dice) => `key${'k'.repeat(dice.below(100_000))}: 1`,
  () => '<<: *a0',
  () => '? [complex, key]\n: value',
  () => '--- \n...\n---',
  () => '%YAML 1.1',
  (dice) => `- ${'- '.repeat(1 + dice.below(3000))}x`,
  (dice) => `||${'a.'.repeat(dice.below(3000))}com^$third-party`,
  (dice) => `0.0.0.0 ${'xn--a'.repeat(dice.below(60))}.example`,
  (dice) => `{"kind":"flow","at":${'['.repeat(dice.below(9000))}`,
  () => '{"kind":"__proto__"}',
  () => '{"kind":"blind-spot","at":0,"seq":0,"from":[0,0],"code":"constructor","count":1}',
  () => 'connections: &c\n  - *c',
];
