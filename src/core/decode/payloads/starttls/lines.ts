/**
 * Protocols of lines: a command that asks for TLS, a reply that grants it, and
 * TLS from the byte behind that reply on. Takes both sides' bytes, keeps the
 * first characters of the line at hand, and no more.
 */
import { latin1 } from '../../../base/bytes.ts';
import { RECOGNISE_LIMIT, type Recognition, type Side } from '../session.ts';
import { Credentials, type CredentialRules } from './credentials.ts';
import type { Dialogue, Grammar } from './dialogue.ts';

interface LineProtocol {
  readonly protocol: string;
  readonly ports: readonly number[];
  /** First bytes that only this protocol has. */
  readonly client: RegExp;
  readonly server: RegExp;
  /** First bytes that it shares with others, believed on its ports. */
  readonly serverOnPort?: RegExp;
  readonly ask: RegExp;
  readonly grant: RegExp;
  /** What ends a line; XMPP has tags instead. */
  readonly end: number;
  readonly credentials: CredentialRules;
}

class LineDialogue implements Dialogue {
  private readonly rules: LineProtocol;
  private readonly line = { up: '', down: '' };
  private readonly credentials: Credentials;
  private asked = false;

  constructor(rules: LineProtocol) {
    this.rules = rules;
    this.credentials = new Credentials(rules.credentials);
  }

  get credential(): string | undefined {
    return this.credentials.scheme;
  }

  read(side: Side, data: Uint8Array): number | undefined {
    const { ask, grant, end } = this.rules;
    let from = 0;
    for (let at = data.indexOf(end); at >= 0; at = data.indexOf(end, from)) {
      const line = this.take(side, data, from, at);
      this.line[side] = '';
      from = at + 1;
      this.credentials[side](line);
      if (side === 'up') this.asked ||= ask.test(line);
      else if (this.asked && grant.test(line)) return from;
    }
    this.line[side] = this.take(side, data, from, data.length);
    return undefined;
  }

  private take(side: Side, data: Uint8Array, from: number, to: number): string {
    const held = this.line[side];
    return held + latin1(data, from, Math.min(to, from + LINE_CAP - held.length));
  }
}

function recogniseLine({ client, server, serverOnPort, ports }: LineProtocol, data: Uint8Array, [from]: readonly [from: number, to: number]): Recognition {
  const text = latin1(data, 0, Math.min(data.length, RECOGNISE_LIMIT));
  if (client.test(text)) return 'client';
  if (server.test(text)) return 'server';
  if (serverOnPort?.test(text) === true && ports.includes(from)) return 'server';
  // A greeting is one line in one segment; only its very beginning may be worth waiting for.
  return data.length < SHORTEST && PRINTABLE.test(text) ? 'more' : 'no';
}

const PRINTABLE = /^[\u0020-\u007e]*$/;
const NEWLINE = 0x0a;
const TAG_END = 0x3e;
const FTP_COMMANDS = 'USER [^\\s]+|AUTH (?:TLS|SSL|TLS-C|TLS-P)|FEAT|SYST|HOST [^\\s]+';

const PROTOCOLS: readonly LineProtocol[] = [
  {
    // RFC 5321 §4.2, RFC 3207.
    protocol: 'smtp', ports: [25, 465, 587, 2525], client: /^(?:EHLO|HELO|LHLO) \S/i, server: /^220[ -][^\r\n]*\bE?SMTP\b/i, serverOnPort: /^(?:220|554|421)[ -]/,
    ask: /^STARTTLS\s*$/i, grant: /^220[ -]/, end: NEWLINE,
    credentials: { sasl: /^AUTH ([\w-]{1,30})(?: (\S))?/i, go: /^334/ },
  },
  {
    // RFC 3501 §7.1, §6.2.1.
    protocol: 'imap', ports: [143], client: /^[A-Za-z0-9.]{1,16} (?:CAPABILITY|STARTTLS|LOGIN |AUTHENTICATE |ID [(N]|NOOP)/i, server: /^\* (?:OK|PREAUTH|BYE)[ \r]/i,
    ask: /^\S{1,64} STARTTLS\s*$/i, grant: /^(?!\*)\S{1,64} OK\b/i, end: NEWLINE,
    credentials: { password: /^\S{1,64} LOGIN \S/i, sasl: /^\S{1,64} AUTHENTICATE "?([\w-]{1,30})"?(?: (\S))?/i, go: /^\+/ },
  },
  {
    // RFC 1939 §3, RFC 2595 §4.
    protocol: 'pop3', ports: [110], client: /^(?:CAPA|STLS|APOP \S+ [0-9a-f]{32})\r?$/im, server: /^\+OK [^\r\n]*POP3?\b/i, serverOnPort: /^(?:\+OK|-ERR)[ \r]/,
    ask: /^STLS\s*$/i, grant: /^\+OK\b/i, end: NEWLINE,
    credentials: { password: /^PASS \S/i, others: [[/^APOP \S/i, 'APOP']], sasl: /^AUTH ([\w-]{1,30})(?: (\S))?/i, go: /^\+ / },
  },
  {
    // RFC 959 §5.4, RFC 4217 §4.
    protocol: 'ftp', ports: [21], client: new RegExp(`^(?:${FTP_COMMANDS})\\r?$`, 'im'), server: /^220[ -][^\r\n]*\bFTP/i, serverOnPort: /^(?:220|120|421)[ -]/,
    ask: /^AUTH (?:TLS|SSL|TLS-C|TLS-P)\s*$/i, grant: /^234[ -]/, end: NEWLINE,
    credentials: { user: /^USER /i, nobody: /^USER (?:anonymous|ftp)\s*$/i, password: /^PASS \S/i },
  },
  {
    // RFC 3977 §5.1, RFC 4642.
    protocol: 'nntp', ports: [119], client: /^(?:MODE READER|CAPABILITIES)\r?$/im, server: /^20[01] [^\r\n]*\b(?:NNTP|InterNetNews|INN)\b/i, serverOnPort: /^(?:20[01]|400|502) /,
    ask: /^STARTTLS\s*$/i, grant: /^382\b/, end: NEWLINE,
    credentials: { password: /^AUTHINFO PASS \S/i, sasl: /^AUTHINFO SASL ([\w-]{1,30})(?: (\S))?/i, go: /^383/ },
  },
  {
    // RFC 5804 §1.7, §2.2.
    protocol: 'managesieve', ports: [4190], client: /^(?!)/, server: /^"IMPLEMENTATION" /i, ask: /^STARTTLS\s*$/i, grant: /^OK\b/i, end: NEWLINE,
    credentials: { sasl: /^AUTHENTICATE "([\w-]{1,30})"(?: (["{]))?/i, go: /^["{]/ },
  },
  {
    // RFC 6120 §4.2, §5.4.2.
    protocol: 'xmpp', ports: [5222, 5269], client: /^(?:<\?xml[^>]{0,60}\?>\s*)?<stream:stream\b(?![^>]*\sid=)/, server: /^(?:<\?xml[^>]{0,60}\?>\s*)?<stream:stream\b[^>]*\sid=/,
    ask: /<starttls\b/, grant: /<proceed\b/, end: TAG_END,
    credentials: { sasl: /<auth\b[^>]*\smechanism=['"]([\w-]{1,30})['"]/, response: /^[^<\s]/ },
  },
];

export const LINE_GRAMMARS: readonly Grammar[] = PROTOCOLS.map((rules) => ({
  protocol: rules.protocol,
  recognise: (data, ports) => recogniseLine(rules, data, ports),
  open: () => new LineDialogue(rules),
}));

/** Characters kept of a line: every command and reply that matters is shorter. */
const LINE_CAP = 96;
/** Bytes of the shortest beginning that decides. */
const SHORTEST = 4;
