/**
 * Reads a report back from its JSON. Takes text of a file the user named, gives
 * the report, or what is wrong with the file and where: the member and the row.
 * Never trusts a value whose shape was not checked.
 */
import type { Mistake } from '../base/errors.ts';
import { isSavedReport, memberMistake, MEMBERS, type SavedReport } from './saved-report.ts';

/** The report, or every member that is wrong. `file` is how the user named it. */
export function readReport(text: string, file: string): { readonly report?: SavedReport; readonly mistakes: readonly Mistake[] } {
  const value = parsed(text, file);
  if ('mistakes' in value) return value;
  const { found } = value;
  if (isSavedReport(found)) return { report: found, mistakes: [] };
  const other = foreign(found, file);
  if (other !== undefined) return { mistakes: [other] };
  if (typeof found !== 'object' || found === null) return { mistakes: [] };
  return { mistakes: Object.keys(MEMBERS).flatMap((member) => mistakeOf(found, member, file) ?? []) };
}

function parsed(text: string, file: string): { readonly found: unknown } | { readonly mistakes: readonly Mistake[] } {
  try {
    return { found: JSON.parse(text) as unknown };
  } catch (error) {
    // The engine tells the offset in some of its messages; others mean that the text ends too early.
    const offset = /at position (\d{1,12})/.exec(error instanceof Error ? error.message : '')?.[1];
    const before = text.slice(0, offset === undefined ? text.length : Number(offset)).split('\n');
    const at = { file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    return { mistakes: [{ message: 'the file is not whole JSON, so it is no report', at, help: REMAKE }] };
  }
}

/** JSON of something else, told as such rather than by a dozen missing members. */
function foreign(found: unknown, file: string): Mistake | undefined {
  const schema: unknown = typeof found === 'object' && found !== null && 'schema' in found ? found.schema : undefined;
  if (schema === 'egret.report/1') return undefined;
  if (typeof schema === 'string' && /^egret\.report\/\d{1,6}$/.test(schema)) return { message: `${file} is a report of the form ${schema}; this egret reads egret.report/1`, help: 'use the egret that made it, or a newer one' };
  return { message: `${file} is JSON, but no report of egret: it does not say "schema": "egret.report/1"`, help: REMAKE };
}

function mistakeOf(found: object, member: string, file: string): Mistake | undefined {
  const wrong = memberMistake(found, member);
  if (wrong === undefined) return undefined;
  const what = wrong === 'missing' ? `\`${member}\` is missing` : wrong === 'wrong' ? `\`${member}\` is not what a report has there` : `row ${wrong + 1} of \`${member}\` is not what a report has there`;
  return { message: `${file}: ${what}`, help: `docs/report.schema.json describes it; was the file edited? ${REMAKE}` };
}

const REMAKE = 'egret audit … --format json=FILE writes one';
