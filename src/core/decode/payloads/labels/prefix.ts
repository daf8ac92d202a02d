/** Fixed first bytes of a protocol, compared without making text of strangers' bytes. */
import type { Recognition } from '../session.ts';

/** One beginning and whose it is; `either` where both ends begin alike. */
export interface Prefix {
  readonly sender: 'client' | 'server' | 'either';
  readonly bytes: Uint8Array;
}

/** Beginnings from text of one byte per character. */
export function prefixes(sender: Prefix['sender'], ...texts: readonly string[]): Prefix[] {
  return texts.map((text) => ({ sender, bytes: Uint8Array.from(text, (char) => char.charCodeAt(0)) }));
}

/** Whose first bytes `data` are by the first prefix that fits; `more` when one could still fit. */
export function matchPrefix(list: readonly Prefix[], data: Uint8Array, ports: readonly [from: number, to: number]): Recognition {
  let more = false;
  for (const { sender, bytes } of list) {
    const fit = fitOf(bytes, data);
    if (fit === 'yes') return sender === 'either' ? senderByPort(ports) : sender;
    if (fit === 'more') more = true;
  }
  return more ? 'more' : 'no';
}

/**
 * Who sends where both ends begin alike: a service's port is the lower one, and
 * port 0 stands for the unknown port of a tunnel's client. A guess, which a SYN overrules.
 */
export function senderByPort([from, to]: readonly [from: number, to: number]): 'client' | 'server' {
  return from !== 0 && (to === 0 || from < to) ? 'server' : 'client';
}

function fitOf(prefix: Uint8Array, data: Uint8Array): 'yes' | 'no' | 'more' {
  const length = Math.min(prefix.length, data.length);
  for (let at = 0; at < length; at++) if (prefix[at] !== data[at]) return 'no';
  return data.length < prefix.length ? 'more' : 'yes';
}
