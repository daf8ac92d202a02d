/** The use_srtp extension of a hello (RFC 5764 §4.1), which TLS over TCP does not know: takes a body that TLS could read already. */
import { Bytes } from '../../../base/bytes.ts';

/** Profiles that a ClientHello offers; undefined when it has no such extension. */
export function profilesOffered(body: Uint8Array): readonly number[] | undefined {
  const bytes = new Bytes(body);
  bytes.skip(2 + RANDOM);
  bytes.skip(bytes.u8());
  bytes.skip(bytes.u8());
  bytes.skip(bytes.u16());
  bytes.skip(bytes.u8());
  return profiles(bytes);
}

/** The profile that a ServerHello chose; undefined when it has none. */
export function profileChosen(body: Uint8Array): number | undefined {
  const bytes = new Bytes(body);
  bytes.skip(2 + RANDOM);
  bytes.skip(bytes.u8());
  bytes.skip(3);
  return profiles(bytes)?.[0];
}

function profiles(bytes: Bytes): readonly number[] | undefined {
  const extensions = bytes.sub(bytes.u16());
  while (extensions.left > 0 && !extensions.short) {
    const type = extensions.u16();
    const inside = extensions.sub(extensions.u16());
    if (type !== USE_SRTP) continue;
    const list = inside.sub(inside.u16());
    const found: number[] = [];
    while (list.left > 1 && found.length < PROFILE_CAP) found.push(list.u16());
    return found;
  }
  return undefined;
}

const RANDOM = 32;
const USE_SRTP = 14;
/** Profiles kept: the registry has a dozen. */
const PROFILE_CAP = 16;
