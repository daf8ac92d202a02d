/**
 * Credentials in the first bytes of clients whose protocol is otherwise only
 * named: takes what a client sent first, gives a word of egret's own for how
 * it said who it is. Nothing of a name or a secret is kept.
 */
import { latin1 } from '../../../base/bytes.ts';
import { mechanism } from '../sasl.ts';

/** The scheme of a credential among a client's first bytes. */
export type Witness = (data: Uint8Array) => string | undefined;

/** RFC 2812 §3.1.1 and IRCv3 SASL: a password, or a mechanism and then its response. */
const irc: Witness = (data) => {
  const text = latin1(data);
  if (/^PASS :?[^\s:]/im.test(text)) return 'password';
  const [chosen, response] = [...text.matchAll(/^AUTHENTICATE (\S+)/gim)];
  return chosen?.[1] === undefined || response === undefined || response[1] === '*' ? undefined : mechanism(chosen[1]);
};

/** AUTH, or HELLO with AUTH behind the version: first words of whole commands, never of values. */
const redis: Witness = (data) => {
  for (let at = 0; data[at] === ASTERISK;) {
    const [count, start] = numberAt(data, at + 1);
    at = start;
    const words: string[] = [];
    for (let index = 0; index < count; index++) {
      if (data[at] !== DOLLAR) return undefined;
      const [length, from] = numberAt(data, at + 1);
      if (index < 3 && length <= WORD_LONGEST) words.push(latin1(data, from, Math.min(data.length, from + length)).toUpperCase());
      at = from + length + 2;
      if (from >= data.length) return undefined;
      if (index > 0 && words[0] === 'AUTH') return 'password';
      if (index > 2 && words[0] === 'HELLO' && words[2] === 'AUTH') return 'password';
    }
  }
  return undefined;
};

/** CONNECT's options are JSON on one line. */
const nats: Witness = (data) => {
  const connect = /^CONNECT (\{[^\r\n]*)/m.exec(latin1(data))?.[1] ?? '';
  if (/"(?:pass|auth_token)"\s*:\s*"[^"]/.test(connect)) return 'password';
  return /"(?:jwt|sig)"\s*:\s*"[^"]/.test(connect) ? 'signature' : undefined;
};

/** MQTT 3.1.1 and 5.0 §3.1.2: the flags of CONNECT, behind the protocol's name and level. */
const mqtt: Witness = (data) => {
  if (data[0] !== CONNECT) return undefined;
  let at = 1;
  while (at < 5 && ((data[at] ?? 0) & 0x80) !== 0) at++;
  const flags = data[at + 4 + (data[at + 2] ?? 0)] ?? 0;
  return (flags & PASSWORD_FLAG) === 0 ? undefined : 'password';
};

/** SNMP version 1 and 2c (RFC 3584): the community is the password; `public` is everybody's. */
const snmp: Witness = (data) => {
  const version = (data[1] ?? 0) < 0x80 ? 2 : 2 + ((data[1] ?? 0) & 0x7f);
  if (data[version + 2] === 3 || data[version + 3] !== OCTET_STRING) return undefined;
  const length = data[version + 4] ?? 0;
  if (length === 0 || length >= 0x80) return undefined;
  return latin1(data, version + 5, version + 5 + length) === 'public' ? undefined : 'community';
};

export const WITNESSES: ReadonlyMap<string, Witness> = new Map([['irc', irc], ['redis', redis], ['nats', nats], ['mqtt', mqtt], ['snmp', snmp]]);

/** A number that a line end follows, and where the next line begins. */
function numberAt(data: Uint8Array, start: number): [value: number, next: number] {
  let value = 0;
  let at = start;
  for (; at < data.length && data[at] !== LF; at++) {
    const digit = (data[at] ?? 0) - 0x30;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    if (value > DATA_MAX) return [DATA_MAX, data.length];
  }
  return [value, at + 1];
}

const LF = 10;
const DOLLAR = 0x24;
const ASTERISK = 0x2a;
const CONNECT = 0x10;
const OCTET_STRING = 4;
const PASSWORD_FLAG = 0x40;
/** Longest word that is compared: AUTH, HELLO and a version. */
const WORD_LONGEST = 5;
/** Larger than what a witness is shown. */
const DATA_MAX = 65_536;
