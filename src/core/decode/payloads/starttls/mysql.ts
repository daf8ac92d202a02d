/**
 * MySQL ("Connection Phase"): the server greets, the client asks for TLS by a
 * flag in a short first packet, and TLS follows at once; or it answers the
 * greeting in clear, with proof of who it is.
 */
import { latin1 } from '../../../base/bytes.ts';
import { u32le } from '../../numbers.ts';
import { HeldBytes } from '../held-bytes.ts';
import type { Recognition, Side } from '../session.ts';
import type { Dialogue } from './dialogue.ts';

export class MysqlDialogue implements Dialogue {
  credential: string | undefined;
  private readonly response = new HeldBytes(RESPONSE_CAP);
  private readonly reply = new HeldBytes(REPLY_CAP);
  /** The client answered the greeting in clear. */
  private answered = false;
  /** The server asked for another kind of proof. */
  private wanted: string | undefined;
  /** Bytes of the answer to that. */
  private proof = 0;

  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    return side === 'up' ? this.readClient(data) : this.readServer(data);
  }

  private readClient(data: Uint8Array): number | 'over' | undefined {
    if (this.answered) {
      if (this.wanted === undefined) return 'over';
      this.proof += data.length;
      if (this.proof <= HEADER) return undefined;
      this.credential = this.wanted;
      return 'over';
    }
    const before = this.response.length;
    this.response.add(data, 0, data.length);
    const packet = this.response.view();
    if (packet.length < HEADER + 2) return undefined;
    const end = HEADER + little24(packet, 0);
    if (packet[3] !== 1) return 'over';
    if (end > RESPONSE_CAP) return 'over';
    if (packet.length < end) return undefined;
    if (end === HEADER + SSL_PACKET && ((packet[5] ?? 0) & CLIENT_SSL) !== 0) return end - before;
    this.answered = true;
    this.credential = proofOf(packet.subarray(HEADER, end));
    return undefined;
  }

  private readServer(data: Uint8Array): 'over' | undefined {
    if (!this.answered) return data[4] === ERROR ? 'over' : undefined;
    if (this.wanted !== undefined) return 'over';
    this.reply.add(data, 0, data.length);
    const reply = this.reply.view();
    if (reply.length <= HEADER) return undefined;
    if (reply[HEADER] !== SWITCH) return 'over';
    const end = reply.indexOf(0, HEADER + 1);
    if (end < 0 && reply.length < REPLY_CAP) return undefined;
    this.wanted = pluginWord(latin1(reply, HEADER + 1, end < 0 ? REPLY_CAP : end));
    return undefined;
  }
}

/** Protocol 10: length, sequence 0, the number 10, and a version that begins with a digit. */
export function recogniseMysql(data: Uint8Array): Recognition {
  if ((data[1] ?? 0) > 1 || (data[2] ?? 0) !== 0 || (data[3] ?? 0) !== 0) return 'no';
  if (data.length < 6) return 'more';
  const length = little24(data, 0);
  const isDigit = (data[5] ?? 0) >= 0x30 && (data[5] ?? 0) <= 0x39;
  return data[4] === 10 && isDigit && length >= 40 && length <= 300 ? 'server' : 'no';
}

/** HandshakeResponse41: fixed fields, user, proof, then by flags the database and the plugin. An empty proof is no password. */
function proofOf(packet: Uint8Array): string | undefined {
  const flags = u32le(packet, 0);
  const user = packet.indexOf(0, FIXED);
  if (user < 0) return undefined;
  const hasLength = (flags & (LENGTH_ENCODED | SECURE)) !== 0;
  const length = hasLength ? (packet[user + 1] ?? 0) : packet.indexOf(0, user + 1) - user - 1;
  if (length <= 0 || user + 1 + length > packet.length) return undefined;
  if ((flags & PLUGIN) === 0) return NATIVE;
  let at = user + 2 + length;
  if ((flags & DATABASE) !== 0) at = packet.indexOf(0, at) + 1;
  const end = packet.indexOf(0, at);
  return pluginWord(latin1(packet, at, end < 0 ? packet.length : end));
}

function pluginWord(name: string): string {
  return PLUGINS.has(name) ? name : 'other';
}

function little24(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8) | ((data[at + 2] ?? 0) << 16);
}

/** Length and sequence number of a packet. */
const HEADER = 4;
const SSL_PACKET = 32;
/** CLIENT_SSL, in the second of the four bytes of flags. */
const CLIENT_SSL = 0x08;
const ERROR = 0xff;
const SWITCH = 0xfe;
/** Flags, largest packet, character set and what is reserved. */
const FIXED = 32;
const DATABASE = 0x08;
const SECURE = 0x8000;
const PLUGIN = 0x08_0000;
const LENGTH_ENCODED = 0x20_0000;
const NATIVE = 'mysql_native_password';
/** Plugins that MySQL, MariaDB and Percona ship. */
const PLUGINS: ReadonlySet<string> = new Set([NATIVE, 'mysql_old_password', 'mysql_clear_password', 'caching_sha2_password', 'sha256_password', 'client_ed25519', 'authentication_ldap_sasl_client', 'dialog']);
/** Bytes of a client's answer: user, proof, database and some hundreds of bytes of attributes. */
const RESPONSE_CAP = 4096;
/** Bytes held of a server's reply: the name of a plugin has up to 32. */
const REPLY_CAP = 64;
