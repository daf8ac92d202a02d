import type { Duplex } from 'node:stream';

/** Carries bytes both ways until either side ends or fails; then neither is left open. */
export function splice(one: Duplex, other: Duplex): void {
  for (const [from, to] of [[one, other], [other, one]] as const) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => to.destroy());
  }
}
