/** The time that a try may take, and how what goes wrong is said in one line. */
import { codeOf } from '../proxy/dial.ts';

/** What `work` gives, or after {@link TRY_LIMIT} something else; `work` goes on, and its result is dropped. */
export async function within<T>(work: Promise<T>, otherwise: () => T, limit = TRY_LIMIT): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((done) => {
    timer = setTimeout(() => done(otherwise()), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds since a time of `performance.now()`, at least one. */
export function since(begun: number): number {
  return Math.max(1, Math.round(performance.now() - begun));
}

/** An error in one short line. */
export function sayError(error: unknown): string {
  const code = codeOf(error);
  return REASONS[code] ?? (error instanceof Error ? error.message.split('\n', 1)[0] ?? code : String(error));
}

/** In ms: a program that captures begins within 300, on a busy machine within some seconds; what was begun is stopped in at most 3 s more, so that nobody waits ten. */
export const CAPTURE_LIMIT = 6_000;
/** In ms, for what happens on loopback alone; three of them together stay below ten seconds. */
export const TRY_LIMIT = 2_000;
const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'belongs to somebody else or is open to others',
  EROFS: 'is on a file system that cannot be written',
  ENOENT: 'is not there and cannot be made',
  EADDRNOTAVAIL: 'there is no address 127.0.0.1 here',
  ENETUNREACH: '127.0.0.1 cannot be reached: the loopback interface is down',
  ECONNREFUSED: '127.0.0.1 refuses connections to servers that listen there',
};
