/** The run sheet, version 1 (design §2): what packets cannot say about a recording. */
import * as z from 'zod';
import { DURATION_PATTERN, readDuration, readMoment } from '../words/amount-word.ts';
import { carry, id, oneOrMany, strict, text, word } from './strict.ts';
import { address, cidr, end } from './words.ts';

const version = z.literal(1, { error: () => carry('this egret reads run sheets of version 1', 'write `egret-run: 1`') });
const moment = word(readMoment, '2026-11-22T22:34:05.392Z');

const phase = strict('an item of `phases`', {
  phase: id.describe('Phase of the policy.'),
  from: moment.describe('Start, RFC 3339 with a zone, on the clock of the capture.'),
  to: moment.exactOptional().describe('End. Absent: to the end of the recording.'),
});

const proxy = strict('`proxy`', {
  address: address.describe('Address of the proxy as the app was told.'),
  port: z.int().min(1).max(65_535).describe('TCP port of the proxy.'),
  'variables-set': z.boolean().describe('Whether HTTP_PROXY and HTTPS_PROXY were set for the app.'),
  'no-proxy': z.array(z.string().min(1)).exactOptional().describe('What NO_PROXY held, item by item. Absent: nothing.'),
});

const hint = strict('an item of `components`', {
  component: id.describe('Component of the policy.'),
  local: oneOrMany(end).describe('Local ends of its sockets: `10.0.0.2:41234/tcp`.'),
});

/** The whole file. */
export const sheetSchema = strict('a run sheet', {
  'egret-run': version.describe('Version of the run sheet: 1.'),
  scope: z.enum(['app', 'machine']).exactOptional().describe('What the recording holds: one app, or a whole machine.'),
  platform: z.enum(['linux', 'macos', 'windows']).exactOptional().describe('Operating system of the recorded machine.'),
  features: z.union([z.literal('none'), z.array(id)]).exactOptional().describe('The whole set of features that were on; what is not named was off. Absent: unknown.'),
  variables: z.record(id, z.array(z.string())).exactOptional().describe('Values of the policy\'s variables.'),
  phases: z.array(phase).exactOptional().describe('Phases as time ranges. Absent: unknown. Empty: known, none.'),
  local: oneOrMany(cidr).exactOptional().describe('Networks of the recorded hosts.'),
  proxy: z.union([z.literal('none'), proxy]).exactOptional().describe('Proxy that the app was told to use.'),
  resolvers: oneOrMany(address).exactOptional().describe('Addresses of the resolvers that the machine was told to ask. Absent: unknown.'),
  roots: oneOrMany(text).exactOptional().describe('PEM files with roots that are no finding, relative to the sheet.'),
  components: z.array(hint).exactOptional().describe('Which local ends belonged to which component.'),
  'clock-offset': z.union([z.literal(0), word(readDuration, '-1.5s', DURATION_PATTERN)]).exactOptional().describe('Added to every time of the capture. Default: 0.'),
  story: z.unknown().describe('For tests that make recordings; egret reads past it.').optional(),
});
