/**
 * Protocols of binary messages that turn to TLS: PostgreSQL, MySQL, LDAP, RDP.
 * Each reads only the messages that ask for TLS and grant it, and gives up as
 * soon as the protocol goes on in clear.
 */
import type { Recognition, Side } from '../session.ts';
import type { Dialogue, Grammar } from './dialogue.ts';
import { LdapDialogue, recogniseLdap } from './ldap.ts';

/** PostgreSQL (protocol 3.0, "SSL Session Encryption"): eight bytes ask, one byte answers. */
class PostgresDialogue implements Dialogue {
  private asked = false;

  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    if (side === 'up') {
      const code = big32(data, 4);
      this.asked = code === SSL_REQUEST;
      return this.asked || code === GSS_REQUEST ? undefined : 'over';
    }
    if (data[0] === GRANTED) return this.asked ? 1 : 'over';
    // Refused: the client may ask for the other kind of encryption, or go on in clear, which its next message says.
    return data[0] === REFUSED ? undefined : 'over';
  }
}

function recognisePostgres(data: Uint8Array): Recognition {
  if (data.length < 8) return data.length === 0 || data[0] === 0 ? 'more' : 'no';
  const length = big32(data, 0);
  const code = big32(data, 4);
  if (code === SSL_REQUEST || code === GSS_REQUEST) return length === 8 ? 'client' : 'no';
  if (code === CANCEL_REQUEST) return length >= 16 && length <= 272 ? 'client' : 'no';
  // A startup message lists parameters as text; the first one is a letter behind the version 3.0 to 3.2.
  return code >>> 16 === 3 && (code & 0xffff) <= 2 && length > 8 && length < POSTGRES_LONGEST && isLetter(data[8]) ? 'client' : 'no';
}

/** MySQL ("Connection Phase"): the server greets, the client asks by a flag in a short first packet, and TLS follows at once. */
class MysqlDialogue implements Dialogue {
  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    if (side === 'down') return data[4] === MYSQL_ERROR ? 'over' : undefined;
    const length = little24(data, 0);
    const asks = length === SSL_PACKET && data[3] === 1 && ((data[5] ?? 0) & CLIENT_SSL) !== 0;
    return asks && data.length >= 4 + SSL_PACKET ? 4 + SSL_PACKET : 'over';
  }
}

/** Protocol 10: length, sequence 0, the number 10, and a version that begins with a digit. */
function recogniseMysql(data: Uint8Array): Recognition {
  if ((data[1] ?? 0) > 1 || (data[2] ?? 0) !== 0 || (data[3] ?? 0) !== 0) return 'no';
  if (data.length < 6) return 'more';
  const length = little24(data, 0);
  const isDigit = (data[5] ?? 0) >= 0x30 && (data[5] ?? 0) <= 0x39;
  return data[4] === 10 && isDigit && length >= 40 && length <= 300 ? 'server' : 'no';
}

/** RDP (MS-RDPBCGR §2.2.1.1, §2.2.1.2): a negotiation in the first X.224 request and its confirmation. */
class RdpDialogue implements Dialogue {
  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
    if (side === 'up') return data[5] === X224_REQUEST ? undefined : 'over';
    const negotiated = length === 19 && data.length >= 19 && data[5] === X224_CONFIRM && data[11] === RDP_RESPONSE;
    return negotiated && (data[15] ?? 0) !== 0 ? length : 'over';
  }
}

/** TPKT header (RFC 2126 §4.3) with an X.224 connection request or confirmation. */
function recogniseRdp(data: Uint8Array): Recognition {
  if (data.length < 6) return data.length === 0 || (data[0] === 3 && (data[1] ?? 0) === 0) ? 'more' : 'no';
  const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
  if (data[0] !== 3 || data[1] !== 0 || length < 11 || length > 600 || (data[4] ?? 0) !== length - 5) return 'no';
  return data[5] === X224_REQUEST ? 'client' : data[5] === X224_CONFIRM ? 'server' : 'no';
}

function big32(data: Uint8Array, at: number): number {
  return (((data[at] ?? 0) << 24) | ((data[at + 1] ?? 0) << 16) | ((data[at + 2] ?? 0) << 8) | (data[at + 3] ?? 0)) >>> 0;
}

function little24(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16);
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || byte === 0x5f);
}

export const BINARY_GRAMMARS: readonly Grammar[] = [
  { protocol: 'postgresql', recognise: recognisePostgres, open: () => new PostgresDialogue() },
  { protocol: 'mysql', recognise: recogniseMysql, open: () => new MysqlDialogue() },
  { protocol: 'ldap', recognise: recogniseLdap, open: () => new LdapDialogue() },
  { protocol: 'rdp', recognise: recogniseRdp, open: () => new RdpDialogue() },
];

const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const GRANTED = 0x53;
const REFUSED = 0x4e;
/** MAX_STARTUP_PACKET_LENGTH of every server. */
const POSTGRES_LONGEST = 10_000;
const SSL_PACKET = 32;
/** CLIENT_SSL, in the second of the four bytes of flags. */
const CLIENT_SSL = 0x08;
const MYSQL_ERROR = 0xff;
const X224_REQUEST = 0xe0;
const X224_CONFIRM = 0xd0;
const RDP_RESPONSE = 2;
