/** The audit command's options as written, checked into typed ones; every mistake is collected, not the first. */
import { parseCidr } from '../../core/base/address.ts';
import type { Mistake } from '../../core/base/errors.ts';
import { nearest } from '../../core/base/nearest.ts';
import type { Format } from '../../core/report/formats/format.ts';
import { NOTHING_REQUIRED, parseRequirements } from '../../core/report/require.ts';
import { FAIL_ON, type FailOn } from '../../core/report/verdict-exit.ts';
import { chooseOutputs, type Output } from '../output.ts';
import { COLOR_CHOICES, type ColorChoice } from '../paint.ts';
import type { AuditOptions } from '../pipeline-types.ts';

/** As commander hands them over. */
export interface RawAuditOptions {
  readonly policy?: string;
  readonly with?: string;
  readonly set?: readonly string[];
  readonly sheet?: string;
  readonly format?: readonly string[];
  readonly json?: boolean;
  readonly output?: string;
  readonly failOn: string;
  readonly require?: readonly string[];
  readonly record?: string;
  readonly fromPackets?: boolean;
  readonly local?: readonly string[];
  readonly scope?: string;
  readonly platform?: string;
  readonly caFile?: readonly string[];
  readonly telemetryList?: readonly string[];
  readonly baseline?: string;
  readonly baselineAnyPolicy?: boolean;
  readonly color: string;
  readonly quiet?: boolean;
}

export interface AuditChoice {
  readonly audit: AuditOptions;
  readonly outputs: readonly Output[];
  readonly color: ColorChoice;
  readonly quiet: boolean;
}

/** The typed options, and every mistake; with mistakes the options are not to be used. */
export function readAuditOptions(files: readonly string[], raw: RawAuditOptions, formats: ReadonlyMap<string, Format>): { readonly choice: AuditChoice; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const failOn = oneOf<FailOn>('--fail-on', raw.failOn, FAIL_ON, mistakes) ?? 'warning';
  const color = oneOf<ColorChoice>('--color', raw.color, COLOR_CHOICES, mistakes) ?? 'auto';
  const scope = raw.scope === undefined ? undefined : oneOf('--scope', raw.scope, SCOPES, mistakes);
  const platform = raw.platform === undefined ? undefined : oneOf('--platform', raw.platform, PLATFORMS, mistakes);
  const { requirements, mistakes: requireMistakes } = raw.require === undefined ? { requirements: NOTHING_REQUIRED, mistakes: [] } : parseRequirements(raw.require.join(','));
  const { outputs, mistakes: outputMistakes } = chooseOutputs(
    { formats: raw.format ?? [], json: raw.json === true, quiet: raw.quiet === true, policyGiven: raw.policy !== undefined, ...(raw.output === undefined ? {} : { output: raw.output }) },
    formats,
  );
  mistakes.push(...requireMistakes, ...outputMistakes, ...fileMistakes(files, raw, outputs));
  if (raw.policy === undefined && (requirements.entries !== undefined || requirements.claims.length > 0)) {
    mistakes.push({ message: '--require entries and claims speak of a policy, and none was given', help: 'give --policy FILE' });
  }
  mistakes.push(...baselineMistakes(raw));
  const audit: AuditOptions = {
    files,
    variables: readVariables(raw.set ?? [], mistakes),
    local: (raw.local ?? []).flatMap((text) => parseCidr(text) ?? (mistakes.push(cidrMistake(text)), [])),
    caFiles: raw.caFile ?? [],
    wish: { failOn, require: requirements },
    ...(raw.policy === undefined ? {} : { policy: raw.policy }),
    ...(raw.with === undefined ? {} : { features: readFeatures(raw.with, mistakes) }),
    ...(raw.sheet === undefined ? {} : { sheet: raw.sheet }),
    ...(raw.telemetryList === undefined ? {} : { telemetryLists: raw.telemetryList }),
    ...(raw.baseline === undefined ? {} : { baseline: { file: raw.baseline, anyPolicy: raw.baselineAnyPolicy === true } }),
    ...(raw.record === undefined ? {} : { record: raw.record }),
    ...(raw.fromPackets === true ? { fromPackets: true } : {}),
    ...(scope === undefined ? {} : { scope }),
    ...(platform === undefined ? {} : { platform }),
  };
  return { choice: { audit, outputs, color, quiet: raw.quiet === true }, mistakes };
}

/** The word if it is one of the allowed ones; else a mistake with the nearest. */
export function oneOf<T extends string>(flag: string, text: string, allowed: readonly T[], mistakes: Mistake[]): T | undefined {
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  const close = nearest(text, allowed);
  mistakes.push({ message: `${flag} is ${orList(allowed)}, not "${text}"`, ...(close === undefined ? {} : { help: `did you mean ${flag} ${close}?` }) });
  return undefined;
}

/** Unknown is not off (design §5): `--with none` says all are off, an absent `--with` says nothing. */
export function readFeatures(text: string, mistakes: Mistake[]): readonly string[] {
  const names = text.split(',').map((name) => name.trim()).filter((name) => name !== '');
  if (names.length === 0) mistakes.push({ message: '--with names no feature', help: 'write --with none when all features were off' });
  if (names.includes('none') && names.length > 1) mistakes.push({ message: '--with none stands alone', help: 'name the features that were on, or none' });
  return names.includes('none') ? [] : [...new Set(names)];
}

/** `--set name=value` items, several values of one name as its list. */
export function readVariables(items: readonly string[], mistakes: Mistake[]): Readonly<Record<string, readonly string[]>> {
  const values = new Map<string, string[]>();
  for (const item of items) {
    const equals = item.indexOf('=');
    if (equals < 1) {
      mistakes.push({ message: `--set wants name=value, not "${item}"`, help: 'for example --set mcp_hosts=mcp.example.com:443/tcp' });
      continue;
    }
    const list = values.get(item.slice(0, equals)) ?? [];
    if (equals < item.length - 1) list.push(item.slice(equals + 1));
    values.set(item.slice(0, equals), list);
  }
  return Object.fromEntries(values);
}

function fileMistakes(files: readonly string[], raw: RawAuditOptions, outputs: readonly Output[]): Mistake[] {
  const mistakes: Mistake[] = [];
  const stdin = files.filter((file) => file === '-').length;
  if (stdin > 1) mistakes.push({ message: 'standard input (-) was named more than once', help: 'it can be read only once' });
  if ([raw.policy, raw.sheet, raw.baseline, ...(raw.telemetryList ?? [])].includes('-')) mistakes.push({ message: 'policies, run sheets, lists and baselines are not read from standard input', help: 'name a file; standard input is for a recording' });
  const inputs = new Set([...files, raw.policy, raw.sheet, raw.baseline, ...(raw.telemetryList ?? []), ...(raw.caFile ?? [])].filter((file) => file !== undefined && file !== '-'));
  const written = [...outputs.flatMap(({ file }) => (file === undefined ? [] : [file])), ...(raw.record === undefined ? [] : [raw.record])];
  for (const file of new Set(written)) {
    if (inputs.has(file)) mistakes.push({ message: `${file} is read and would be overwritten`, help: 'write to another file' });
  }
  if (raw.record !== undefined && outputs.some(({ file }) => file === raw.record)) mistakes.push({ message: `the recording and a report would both be written to ${raw.record}`, help: 'give each its own file' });
  return mistakes;
}

function baselineMistakes(raw: RawAuditOptions): Mistake[] {
  if (raw.baseline !== undefined && raw.policy === undefined) return [{ message: '--baseline speaks of findings, and without a policy there are none', help: 'give --policy FILE' }];
  if (raw.baseline === undefined && raw.baselineAnyPolicy === true) return [{ message: '--baseline-any-policy speaks of a baseline, and none was given', help: 'give --baseline FILE, or leave it out' }];
  return [];
}

function cidrMistake(text: string): Mistake {
  return { message: `--local wants an address or a network, not "${text}"`, help: 'for example --local 10.0.0.0/8 or --local fd00::/8, with no bits set behind the prefix' };
}

function orList(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

const SCOPES = ['app', 'machine'] as const;
const PLATFORMS = ['linux', 'macos', 'windows'] as const;
