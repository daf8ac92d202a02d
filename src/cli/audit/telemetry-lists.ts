/** The user's telemetry lists: read, told what of them cannot be used, refused when one gives no rule at all. */
import { type Mistake, UsageError } from '../../core/base/errors.ts';
import { readTelemetryList, type TelemetryList } from '../../core/policy/read-telemetry-list.ts';
import { count, counted, listed } from '../../core/report/layout/amounts.ts';
import { readUserText } from '../files.ts';
import type { World } from '../world.ts';

/** Throws UsageError for files that cannot be read, are too large or give no rule. */
export async function loadTelemetryLists(files: readonly string[], world: World, warn: (mistake: Mistake) => void): Promise<readonly TelemetryList[]> {
  const lists: TelemetryList[] = [];
  const mistakes: Mistake[] = [];
  for (const file of new Set(files)) {
    const text = await readUserText(file, 'the telemetry list', world);
    if (text.length > LIST_LIMIT) throw new UsageError(`${file} is larger than any telemetry list (${LIST_LIMIT / (1 << 20)} Mi characters)`, 'check that it is the file you meant');
    const list = readTelemetryList(text, file);
    lists.push(list);
    if (list.rows + list.exceptionRows === 0) mistakes.push(...list.mistakes, { message: `${file} gives no rule: ${leftOut(list)}`, help: 'a telemetry list is a hosts file, a list of hosts, or rules of an ad blocker such as ||host^' });
    else if (list.unusable > 0) for (const mistake of [...list.mistakes, { message: `${file}: ${counted(list.unusable, 'line')} cannot be used${list.unusable > list.mistakes.length ? `, the first ${list.mistakes.length} are above` : ''}; ${counted(list.rows, 'rule')} can` }]) warn(mistake);
  }
  if (mistakes.length > 0) throw new UsageError(mistakes);
  return lists;
}

/** `2 lines unusable, 30 skipped (element hiding 20 and parts of URLs 10)`. */
function leftOut({ unusable, skipped }: TelemetryList): string {
  const kinds = [...skipped].map(([kind, number]) => `${kind} ${count(number)}`);
  const parts = [...(unusable > 0 ? [`${counted(unusable, 'line')} cannot be used`] : []), ...(kinds.length > 0 ? [`skipped: ${listed(kinds)}`] : [])];
  return parts.length === 0 ? 'it holds nothing but comments' : parts.join(', ');
}

/** Some two million rows: ten times the largest lists in use. */
const LIST_LIMIT = 64 << 20;
