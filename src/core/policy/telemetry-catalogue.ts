/**
 * What is known of telemetry hosts, as one question: egret's own rows, then the
 * user's lists. One map look-up per label, whatever the number of rows.
 */
import type { TelemetryHost } from '../knowledge/telemetry.ts';
import { NameTable } from './name-table.ts';
import type { TelemetryList } from './read-telemetry-list.ts';

export interface TelemetryCatalogue {
  /** The row for a seen name (lower case, no trailing dot). */
  find(name: string): TelemetryHost | undefined;
}

/**
 * Own rows go first, because they know class and organisation. Exceptions of
 * any list take names off all lists of the user, never off egret's own rows.
 */
export function compileCatalogue(rows: readonly TelemetryHost[], lists: readonly TelemetryList[] = []): TelemetryCatalogue {
  const own = new NameTable<TelemetryHost>();
  for (const row of rows) {
    const wildcard = row.pattern.startsWith('*.');
    own.add(wildcard ? row.pattern.slice(2) : row.pattern, wildcard, row);
  }
  if (lists.length === 0) return { find: (name) => own.find(name)[0]?.values[0] };
  return {
    find(name) {
      const row = own.find(name)[0]?.values[0];
      if (row !== undefined || lists.some(({ exceptions }) => exceptions.find(name) !== undefined)) return row;
      for (const list of lists) {
        const found = listed(list, name);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function listed({ hosts, path }: TelemetryList, name: string): TelemetryHost | undefined {
  const found = hosts.find(name);
  return found && { pattern: found.wildcard ? `*.${found.host}` : found.host, class: 'listed', organisation: nameOf(path), source: `${path}:${found.line}` };
}

/** The list's own name: the file's, without its folders. */
function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
