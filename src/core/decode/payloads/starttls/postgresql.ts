/**
 * PostgreSQL (protocol 3.0, "SSL Session Encryption", "Start-up"): eight bytes
 * ask for TLS and one byte grants it; in clear the server says how the client
 * must show who it is, and the client's next message does.
 */
import { u32be } from '../../numbers.ts';
import { HeldBytes } from '../held-bytes.ts';
import { mechanism } from '../sasl.ts';
import { latin1 } from '../../../base/bytes.ts';
import type { Recognition, Side } from '../session.ts';
import type { Dialogue } from './dialogue.ts';

export class PostgresDialogue implements Dialogue {
  credential: string | undefined;
  private readonly head = new HeldBytes(HEAD);
  private readonly request = new HeldBytes(REQUEST_CAP);
  private asked = false;
  /** The startup message was sent in clear. */
  private started = false;
  /** Bytes of it still to come. */
  private rest = 0;
  /** How the server wants the client to show who it is. */
  private wanted: string | undefined;

  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    if (side === 'up') return this.readClient(data);
    if (this.started) return this.readRequest(data);
    if (data[0] === GRANTED) return this.asked ? 1 : 'over';
    // Refused: the client may ask for the other kind of encryption, or go on in clear, which its next message says.
    return data[0] === REFUSED ? undefined : 'over';
  }

  private readClient(data: Uint8Array): 'over' | undefined {
    let at = 0;
    while (at < data.length) {
      if (this.rest > 0) {
        const step = Math.min(this.rest, data.length - at);
        this.rest -= step;
        at += step;
      } else if (this.started) {
        if (data[at] === PASSWORD_MESSAGE) this.credential = this.wanted;
        return 'over';
      } else {
        const to = Math.min(data.length, at + HEAD - this.head.length);
        this.head.add(data, at, to);
        at = to;
        if (this.head.length === HEAD && !this.readHead(this.head.view())) return 'over';
      }
    }
    return undefined;
  }

  private readHead(head: Uint8Array): boolean {
    const code = u32be(head, 4);
    this.head.restart();
    this.asked = code === SSL_REQUEST;
    if (this.asked || code === GSS_REQUEST) return true;
    this.started = code >>> 16 === 3;
    this.rest = Math.max(0, u32be(head, 0) - HEAD);
    return this.started;
  }

  /** AuthenticationRequest: `R`, length, and what is wanted. */
  private readRequest(data: Uint8Array): 'over' | undefined {
    if (this.wanted !== undefined) return 'over';
    this.request.add(data, 0, data.length);
    const request = this.request.view();
    if (request[0] !== AUTHENTICATION) return 'over';
    if (request.length < 9) return undefined;
    const kind = u32be(request, 5);
    if (kind === SASL) {
      const end = request.indexOf(0, 9);
      if (end < 0 && request.length < REQUEST_CAP) return undefined;
      this.wanted = mechanism(latin1(request, 9, end < 0 ? REQUEST_CAP : end));
    } else this.wanted = KINDS.get(kind);
    return this.wanted === undefined ? 'over' : undefined;
  }
}

export function recognisePostgres(data: Uint8Array): Recognition {
  if (data.length < 8) return data.length === 0 || data[0] === 0 ? 'more' : 'no';
  const length = u32be(data, 0);
  const code = u32be(data, 4);
  if (code === SSL_REQUEST || code === GSS_REQUEST) return length === 8 ? 'client' : 'no';
  if (code === CANCEL_REQUEST) return length >= 16 && length <= 272 ? 'client' : 'no';
  // A startup message lists parameters as text; the first one is a letter behind the version 3.0 to 3.2.
  return code >>> 16 === 3 && (code & 0xffff) <= 2 && length > 8 && length < POSTGRES_LONGEST && isLetter(data[8]) ? 'client' : 'no';
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x61 && byte <= 0x7a) || byte === 0x5f);
}

/** Length and code of a client's first messages. */
const HEAD = 8;
const SSL_REQUEST = 80_877_103;
const GSS_REQUEST = 80_877_104;
const CANCEL_REQUEST = 80_877_102;
const GRANTED = 0x53;
const REFUSED = 0x4e;
const AUTHENTICATION = 0x52;
const PASSWORD_MESSAGE = 0x70;
const SASL = 10;
/** Kinds of AuthenticationRequest that a secret answers. */
const KINDS: ReadonlyMap<number, string> = new Map([[3, 'password'], [5, 'MD5'], [7, 'GSSAPI'], [9, 'GSS-SPNEGO']]);
/** Bytes held of the server's request: its first mechanism has up to 20 letters. */
const REQUEST_CAP = 64;
/** MAX_STARTUP_PACKET_LENGTH of every server. */
const POSTGRES_LONGEST = 10_000;
