/**
 * Protocols that egret names and reads no further: a report then rarely says
 * just "unknown". Who is talked to comes from DNS; what they say is not egret's.
 */
import { HeldBytes } from '../held-bytes.ts';
import type { Decoder, PayloadFacts, Recognition, Session, Side } from '../session.ts';
import { WITNESSES, type Witness } from './credentials.ts';
import { DATAGRAM_LOOKS } from './datagrams.ts';
import { formOf, type Form } from './forms.ts';
import { matchPrefix } from './prefix.ts';
import { SshSession } from './ssh.ts';
import { STREAM_LOOKS, type Look } from './streams.ts';
import { STREAMS } from './tables/streams.ts';

class NamedSession implements Session {
  private readonly named: PayloadFacts;

  constructor(protocol: string) {
    this.named = { protocol };
  }

  push(): boolean {
    return false;
  }

  gap(): boolean {
    return false;
  }

  facts(): PayloadFacts {
    return this.named;
  }
}

function named(protocol: string, transport: Decoder['transport'], look: Look): Decoder {
  return { protocol, transport, recognise: (data, ports): Recognition => look(data, ports), open: () => opened(protocol, transport) };
}

function opened(protocol: string, transport: Decoder['transport']): Session {
  if (protocol === 'ssh') return new SshSession();
  const form = transport === 'udp' ? formOf(protocol) : undefined;
  if (form !== undefined) return new FollowedSession(protocol, form);
  const witness = WITNESSES.get(protocol);
  return witness === undefined ? new NamedSession(protocol) : new WitnessedSession(protocol, transport, witness);
}

/** A protocol whose name exempts from a promise, or keeps one: one datagram proves little, so all that follow must be of its form too. */
class FollowedSession implements Session {
  private readonly protocol: string;
  private readonly hasForm: Form;
  private isOther = false;

  constructor(protocol: string, hasForm: Form) {
    this.protocol = protocol;
    this.hasForm = hasForm;
  }

  push(_side: Side, data: Uint8Array): boolean {
    this.isOther = !this.hasForm(data);
    return !this.isOther;
  }

  gap(): boolean {
    return true;
  }

  facts(): PayloadFacts {
    return { protocol: this.isOther ? 'unknown' : this.protocol };
  }
}

/** Reads the client's first bytes for a credential. */
class WitnessedSession implements Session {
  private readonly protocol: string;
  private readonly witness: Witness;
  private readonly head = new HeldBytes(CLIENT_CAP);
  private readonly isDatagram: boolean;
  private passed = 0;

  constructor(protocol: string, transport: Decoder['transport'], witness: Witness) {
    this.protocol = protocol;
    this.isDatagram = transport === 'udp';
    this.witness = witness;
  }

  push(side: Side, data: Uint8Array): boolean {
    if (side === 'up') this.head.add(data, 0, data.length);
    else this.passed += data.length;
    return this.head.length < (this.isDatagram ? 1 : CLIENT_CAP) && this.passed < SERVER_CAP;
  }

  gap(): boolean {
    return false;
  }

  held(): number {
    return this.head.size;
  }

  facts(): PayloadFacts {
    const credentialScheme = this.witness(this.head.view());
    return { protocol: this.protocol, ...(credentialScheme === undefined ? {} : { credentialScheme }) };
  }
}

/** One decoder per protocol and transport. */
export const labelDecoders: readonly Decoder[] = [
  ...STREAMS.map(([protocol, beginnings]) => named(protocol, 'tcp', (data, ports) => matchPrefix(beginnings, data, ports))),
  ...STREAM_LOOKS.map(([protocol, look]) => named(protocol, 'tcp', look)),
  ...DATAGRAM_LOOKS.map(([protocol, look]) => named(protocol, 'udp', look)),
];

/** First bytes of a client in which a credential is looked for: clients say who they are before anything else. */
const CLIENT_CAP = 2048;
/** Bytes of the server after which a client that has said so little will not say who it is. */
const SERVER_CAP = 16_384;
