/**
 * How the bytes of a server are read. Takes them in one buffer that all
 * servers share, and hands on copies, so that an idle tunnel keeps none and a
 * short answer costs no more than its length; a long download gets a large
 * buffer of its own, which is handed on itself. Never reads while paused.
 */
import type { OnReadOpts } from 'node:net';

/**
 * What `connect` is to read with. `take` gets each piece; a piece of
 * {@link DIRECT} bytes or more may be overwritten by the next one, so whoever
 * cannot pass it on at once has to pause the server. `isUnread`: nobody keeps
 * pieces any longer than that.
 */
export function intake(take: (data: Uint8Array) => void, isUnread: () => boolean): OnReadOpts {
  let own: Buffer | undefined;
  let full = 0;
  return {
    buffer: () => own ?? SHARED,
    callback(length, buffer) {
      if (own !== undefined && length >= DIRECT) {
        take(own.subarray(0, length));
        return true;
      }
      const copy = Buffer.from(buffer.subarray(0, length));
      if (own === undefined && length === SHARED.length && ++full >= LONG && isUnread()) own = Buffer.allocUnsafeSlow(OWN_SIZE);
      take(copy);
      return true;
    },
  };
}

/** Bytes of a piece that are not copied: what fills a socket's buffer (Node's high-water mark), so that it says when it has them. */
const DIRECT = 65_536;
/** What one read of Node takes. */
const SHARED = Buffer.allocUnsafeSlow(65_536);
/** Full reads until a download is long, half a megabyte. */
const LONG = 8;
/** Bytes of a long download at a time: more of them do not make it faster. */
const OWN_SIZE = 262_144;
