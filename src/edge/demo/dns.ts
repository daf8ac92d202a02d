/** The one kind of DNS message that the demo needs: a question for IPv4 addresses and its answer (RFC 1035 §4.1), framed for TCP (§4.2.2). No compression but the answer's pointer to its question. */

/** The question, as it goes over TCP. */
export function question(name: string): Uint8Array {
  const message: number[] = [...HEADER];
  for (const label of name.split('.')) message.push(label.length, ...Buffer.from(label));
  return framed([...message, 0, 0, TYPE_A, 0, CLASS_IN]);
}

/** Bytes of the first message when they are all there, without their frame. */
export function firstMessage(heard: Uint8Array): Uint8Array | undefined {
  const length = ((heard[0] ?? 0) << 8) | (heard[1] ?? 0);
  return heard.length < 2 || heard.length < 2 + length ? undefined : heard.subarray(2, 2 + length);
}

/** The name of a {@link question}. */
export function nameAsked(message: Uint8Array): string {
  const labels: string[] = [];
  let at = HEADER.length;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(Buffer.from(message.subarray(at + 1, at + 1 + length)).toString('latin1'));
    at += 1 + length;
  }
  return labels.join('.');
}

/** The answer with one address; without one, that there is no such name. */
export function answer(message: Uint8Array, address: string | undefined): Uint8Array {
  const records = address === undefined ? [] : [...POINTER_TO_QUESTION, 0, TYPE_A, 0, CLASS_IN, 0, 0, 0, TTL, 0, 4, ...address.split('.').map(Number)];
  const id = message.subarray(0, 2);
  return framed([...id, 0x81, address === undefined ? NO_SUCH_NAME : 0x80, 0, 1, 0, address === undefined ? 0 : 1, 0, 0, 0, 0, ...message.subarray(HEADER.length), ...records]);
}

function framed(message: readonly number[]): Uint8Array {
  return Buffer.from([message.length >> 8, message.length & 0xff, ...message]);
}

/** One question, recursion desired; the id need not be guessed by anybody on loopback. */
const HEADER = [0x0e, 0x67, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0];
const POINTER_TO_QUESTION = [0xc0, 0x0c];
const TYPE_A = 1;
const CLASS_IN = 1;
/** In s. */
const TTL = 60;
/** Recursion available, NXDOMAIN. */
const NO_SUCH_NAME = 0x83;
