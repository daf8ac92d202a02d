/** The baseline file, version 1: fingerprints of known findings, each with words for people. */
import * as z from 'zod';
import { readMoment } from '../words/amount-word.ts';
import { accepted, refused } from '../words/reading.ts';
import type { Reading } from '../words/reading.ts';
import { quote } from '../tree.ts';
import { carry, id, strict, text, word } from './strict.ts';

const version = z.literal(1, { error: () => carry('this egret reads baselines of version 1', 'write `egret-baseline: 1`') });

const policy = strict('`policy`', {
  name: text.describe('Name of the policy that the findings were judged under.'),
  sha256: word((candidate) => readHex(candidate, 64), '77'.repeat(32), '^[0-9a-f]{64}$').describe('SHA-256 of its text.'),
});

const finding = strict('an item of `findings`', {
  fingerprint: word((candidate) => readHex(candidate, 32), '31ae364106bf1435d7915715bcaadfee', '^[0-9a-f]{32}$').describe('What tells the finding apart; nothing else is compared.'),
  rule: id.describe('Rule that found it.'),
  severity: z.enum(['error', 'warning', 'note']).describe('A finding graver than this is open again.'),
  subject: z.string().describe('Host, port and transport, or the entry it is about.'),
  component: z.string().exactOptional().describe('Component it is about.'),
  count: z.int().min(0).describe('How often it was seen when this was written; not compared.'),
});

/** The whole file. */
export const baselineSchema = strict('a baseline', {
  'egret-baseline': version.describe('Version of the baseline: 1.'),
  egret: z.string().exactOptional().describe('Version of egret that wrote it.'),
  policy: policy.describe('Policy under which the findings were judged.'),
  recorded: word(readMoment, '2026-11-22T22:34:05.392Z').exactOptional().describe('Last packet of the recordings it was written from.'),
  findings: z.array(finding).describe('Known findings.'),
});

function readHex(candidate: string, digits: number): Reading<string> {
  if (candidate.length === digits && /^[0-9a-f]*$/.test(candidate)) return accepted(candidate);
  return refused(`${quote(candidate)} is not ${digits} hexadecimal digits`, 'egret baseline write makes these; take the whole line from there');
}
