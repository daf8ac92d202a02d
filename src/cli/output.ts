/**
 * Where a report goes: `--format NAME[=FILE]` (repeatable or a comma list),
 * `--json`, `--output FILE`. Takes the options as written, gives outputs or
 * every mistake in them; writes files whole or not at all, and standard output
 * at its reader's pace.
 */
import type { Mistake } from '../core/base/errors.ts';
import { nearest } from '../core/base/nearest.ts';
import type { Format } from '../core/report/formats/format.ts';

/** One format and where it goes; without a file to standard output. */
export interface Output {
  readonly format: Format;
  readonly file?: string;
}

export interface OutputChoice {
  readonly formats: readonly string[];
  readonly json: boolean;
  readonly output?: string;
  /** Leaves out the text report that nobody asked for by name. */
  readonly quiet: boolean;
  readonly policyGiven: boolean;
}

/** The outputs that were asked for, text to standard output when none was; `known` are the formats there are. */
export function chooseOutputs(choice: OutputChoice, known: ReadonlyMap<string, Format>): { readonly outputs: readonly Output[]; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const items = [...choice.formats.flatMap((list) => list.split(',')), ...(choice.json ? ['json'] : [])];
  const outputs = items.flatMap((item) => {
    const read = readItem(item, known);
    if ('message' in read) mistakes.push(read);
    return 'message' in read ? [] : [read];
  });
  if (items.length === 0 && (choice.output !== undefined || !choice.quiet)) {
    const text = known.get('text');
    if (text !== undefined) outputs.push({ format: text });
  }
  const placed = choice.output === undefined ? outputs : placeSingle(outputs, choice.output, mistakes);
  if (mistakes.length === 0) mistakes.push(...clashes(placed), ...needingPolicy(placed, choice.policyGiven));
  return { outputs: placed, mistakes };
}

function readItem(item: string, known: ReadonlyMap<string, Format>): Output | Mistake {
  const equals = item.indexOf('=');
  const name = (equals < 0 ? item : item.slice(0, equals)).trim();
  const file = equals < 0 ? undefined : item.slice(equals + 1);
  const format = known.get(name);
  if (format === undefined) {
    const close = nearest(name, known.keys());
    return { message: `there is no format "${name}"`, help: close === undefined ? `formats are ${[...known.keys()].join(', ')}` : `did you mean ${close}?` };
  }
  if (file === '') return { message: `--format ${name}= names no file`, help: `write --format ${name}=FILE, or --format ${name} for standard output` };
  return file === undefined || file === '-' ? { format } : { format, file };
}

/** `--output` names the file of the one format there is. */
function placeSingle(outputs: readonly Output[], file: string, mistakes: Mistake[]): readonly Output[] {
  const [only] = outputs;
  if (outputs.length !== 1 || only === undefined) {
    if (mistakes.length === 0) mistakes.push({ message: `--output names one file, but ${outputs.length} formats were asked for`, help: 'give each its file: --format json=report.json,text=report.txt' });
    return outputs;
  }
  if (only.file !== undefined) {
    mistakes.push({ message: `--format ${only.format.name}=${only.file} and --output ${file} both name the file`, help: 'leave one of them out' });
    return outputs;
  }
  return file === '-' ? outputs : [{ format: only.format, file }];
}

function clashes(outputs: readonly Output[]): readonly Mistake[] {
  const toStdout = outputs.filter((output) => output.file === undefined).map((output) => output.format.name);
  const files = outputs.flatMap((output) => (output.file === undefined ? [] : [output.file]));
  const twice = files.filter((file, at) => files.indexOf(file) !== at);
  return [
    ...(toStdout.length > 1 ? [{ message: `${toStdout.join(' and ')} would both go to standard output`, help: `give all but one a file: --format ${toStdout[0] ?? ''},${toStdout[1] ?? ''}=FILE` }] : []),
    ...[...new Set(twice)].map((file) => ({ message: `two formats would be written to ${file}`, help: 'give each its own file' })),
  ];
}

function needingPolicy(outputs: readonly Output[], given: boolean): readonly Mistake[] {
  if (given) return [];
  return outputs
    .filter((output) => output.format.needsPolicy)
    .map((output) => ({ message: `--format ${output.format.name} lists findings, and without a policy there are none`, help: 'give --policy FILE; policies/strict.yaml is a start to copy' }));
}
