/**
 * ClientHellos of the shapes that real clients send (RFC 8446 §4.1.2): a few
 * dozen kinds, made of eight clients, their ALPN lists and order of
 * extensions; name, randoms and key shares differ in each. Valid, for strict readers.
 */
import { ByteWriter } from './byte-writer.ts';
import type { SeededRandom } from './random.ts';

export interface HelloKind {
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  readonly shares: readonly number[];
  readonly signatures: readonly number[];
  readonly versions: readonly number[];
  readonly alpn: readonly string[];
  readonly grease: boolean;
}

/** The kinds for TCP: those that offer TLS 1.3, and those that end at 1.2. */
export function helloKinds(): { modern: HelloKind[]; old: HelloKind[] } {
  const all = CLIENTS.flatMap((client) => ALPN_LISTS.flatMap((alpn) => {
    const extensions = alpn.length === 0 ? client.extensions.filter((type) => type !== ALPN) : client.extensions;
    const kind = { ...client, alpn, extensions };
    return client.permutes ? [kind, { ...kind, extensions: rotated(extensions) }] : [kind];
  }));
  return { modern: all.filter((kind) => kind.versions.includes(TLS13)), old: all.filter((kind) => !kind.versions.includes(TLS13)) };
}

/** The kind that a QUIC client of ours sends: HTTP/3 and transport parameters (RFC 9001 §8.2). */
export function quicHelloKind(postQuantum: boolean): HelloKind {
  const [browser] = CLIENTS;
  return {
    ...browser, ciphers: browser.ciphers.slice(0, 3), alpn: ['h3'], versions: [TLS13],
    shares: postQuantum ? [ML_KEM, X25519] : [X25519],
    extensions: [SERVER_NAME, GROUPS, ALPN, SIGNATURES, KEY_SHARE, PSK_MODES, VERSIONS, QUIC_PARAMETERS],
  };
}

/** The handshake message (type, length, body) for `name`. */
export function clientHello(kind: HelloKind, name: string, random: SeededRandom): Uint8Array {
  const out = new ByteWriter();
  const step = random.below(16);
  const grease = kind.grease ? greaseValue(step) : undefined;
  out.u8(1).prefixed(3, () => {
    out.u16(0x0303).raw(random.bytes(32));
    out.prefixed(1, () => out.raw(random.bytes(kind.extensions.includes(QUIC_PARAMETERS) ? 0 : 32)));
    out.prefixed(2, () => list(out, grease === undefined ? kind.ciphers : [grease, ...kind.ciphers]));
    out.u8(1).u8(0);
    out.prefixed(2, () => {
      if (grease !== undefined) out.u16(grease).u16(0);
      for (const type of kind.extensions) out.u16(type).prefixed(2, () => extension(out, type, kind, name, random));
      if (grease !== undefined) out.u16(greaseValue(step + 1)).u16(1).u8(0);
    });
  });
  return out.take();
}

function extension(out: ByteWriter, type: number, kind: HelloKind, name: string, random: SeededRandom): void {
  if (type === SERVER_NAME) out.prefixed(2, () => out.u8(0).prefixed(2, () => out.ascii(name)));
  else if (type === GROUPS) out.prefixed(2, () => list(out, kind.groups));
  else if (type === SIGNATURES) out.prefixed(2, () => list(out, kind.signatures));
  else if (type === VERSIONS) out.prefixed(1, () => list(out, kind.versions));
  else if (type === ALPN) out.prefixed(2, () => kind.alpn.forEach((text) => out.prefixed(1, () => out.ascii(text))));
  else if (type === KEY_SHARE) out.prefixed(2, () => kind.shares.forEach((group) => out.u16(group).prefixed(2, () => out.raw(random.bytes(SHARE_LENGTH[group] ?? 32)))));
  else if (type === ECH) out.u8(0).u16(1).u16(1).u8(random.below(256)).prefixed(2, () => out.raw(random.bytes(32))).prefixed(2, () => out.raw(random.bytes(176)));
  else if (type === QUIC_PARAMETERS) out.u8(1).u8(4).u32(0x8000_7530).u8(4).u8(4).u32(0x8010_0000).u8(15).u8(0);
  else out.raw(FIXED_BODY[type] ?? []);
}

/** RFC 8701: sixteen values, 0x0a0a to 0xfafa. */
function greaseValue(step: number): number {
  return 0x0a0a + 0x1010 * (step % 16);
}

function list(out: ByteWriter, numbers: readonly number[]): void {
  for (const number of numbers) out.u16(number);
}

function rotated(types: readonly number[]): number[] {
  const half = types.length >> 1;
  return [...types.slice(half), ...types.slice(0, half)];
}

const TLS13 = 0x0304;
const TLS12 = 0x0303;
const SERVER_NAME = 0;
const STATUS_REQUEST = 5;
const GROUPS = 10;
const POINT_FORMATS = 11;
const SIGNATURES = 13;
const ALPN = 16;
const TIMESTAMPS = 18;
const ENCRYPT_THEN_MAC = 22;
const EXTENDED_SECRET = 23;
const COMPRESS = 27;
const TICKET = 35;
const VERSIONS = 43;
const PSK_MODES = 45;
const KEY_SHARE = 51;
const QUIC_PARAMETERS = 57;
const APPLICATION_SETTINGS = 17_613;
const ECH = 0xfe0d;
const RENEGOTIATION = 0xff01;
const X25519 = 29;
const ML_KEM = 0x11ec;

const FIXED_BODY: Readonly<Record<number, readonly number[]>> = {
  [STATUS_REQUEST]: [1, 0, 0, 0, 0], [POINT_FORMATS]: [1, 0], [COMPRESS]: [2, 0, 2], [PSK_MODES]: [1, 1],
  [APPLICATION_SETTINGS]: [0, 3, 2, 0x68, 0x32], [RENEGOTIATION]: [0],
};
/** Bytes of a client's share by group: X25519MLKEM768 is 1184 + 32. */
const SHARE_LENGTH: Readonly<Record<number, number>> = { [X25519]: 32, 23: 65, [ML_KEM]: 1216 };

const BROWSER_CIPHERS = [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f, 0x35];
const LIBRARY_CIPHERS = [0x1302, 0x1303, 0x1301, 0xc02f, 0xc02b, 0xc030, 0xc02c, 0x9e, 0xc027, 0x67, 0xc028, 0x6b, 0xa3, 0x9f, 0xcca9, 0xcca8, 0xccaa, 0xc0af, 0xc0ad, 0xc0a3, 0xc09f, 0xc05d, 0xc061, 0xc057, 0xc053, 0xa2, 0xc0ae, 0xc0ac, 0xc0a2, 0xc09e, 0xc05c, 0xc060, 0xc056, 0xc052, 0xc024, 0x6a, 0xc023, 0x40, 0xc00a, 0xc014, 0x39, 0x38, 0xc009, 0xc013, 0x33, 0x32, 0x9d, 0xc0a1, 0xc09d, 0xc051, 0x9c, 0xc0a0, 0xc09c, 0xc050, 0x3d, 0x3c, 0x35, 0x2f, 0xff];
const BROWSER_SIGNATURES = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
const LIBRARY_SIGNATURES = [0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601];
const ALPN_LISTS = [['h2', 'http/1.1'], ['http/1.1'], []] as const;

const BROWSER = {
  ciphers: BROWSER_CIPHERS, signatures: BROWSER_SIGNATURES, grease: true, permutes: true, versions: [TLS13, TLS12], groups: [ML_KEM, X25519, 23, 24], shares: [ML_KEM, X25519],
  extensions: [SERVER_NAME, EXTENDED_SECRET, RENEGOTIATION, GROUPS, POINT_FORMATS, TICKET, ALPN, STATUS_REQUEST, SIGNATURES, TIMESTAMPS, KEY_SHARE, PSK_MODES, VERSIONS, COMPRESS, APPLICATION_SETTINGS, ECH],
};
const LIBRARY = {
  ciphers: LIBRARY_CIPHERS, signatures: LIBRARY_SIGNATURES, grease: false, permutes: false, versions: [TLS13, TLS12], groups: [X25519, 23, 30, 25, 24], shares: [X25519],
  extensions: [SERVER_NAME, POINT_FORMATS, GROUPS, TICKET, ALPN, ENCRYPT_THEN_MAC, EXTENDED_SECRET, SIGNATURES, VERSIONS, PSK_MODES, KEY_SHARE],
};
const OLD_EXTENSIONS = [SERVER_NAME, STATUS_REQUEST, GROUPS, POINT_FORMATS, SIGNATURES, ALPN, EXTENDED_SECRET, RENEGOTIATION];

/** Browsers with and without a post-quantum share, script runtimes, a command-line client, a compiled service, and three that end at TLS 1.2. */
const CLIENTS: readonly [typeof BROWSER, ...(typeof BROWSER)[]] = [
  BROWSER,
  { ...BROWSER, groups: [X25519, 23, 24], shares: [X25519], extensions: BROWSER.extensions.filter((type) => type !== ECH) },
  { ...BROWSER, grease: false, ciphers: [0x1301, 0x1303, 0x1302, ...BROWSER_CIPHERS.slice(3)], groups: [ML_KEM, X25519, 23, 24, 25], shares: [ML_KEM, X25519, 23] },
  LIBRARY,
  { ...LIBRARY, ciphers: LIBRARY_CIPHERS.slice(0, 31) },
  { ...LIBRARY, ciphers: BROWSER_CIPHERS, extensions: [SERVER_NAME, STATUS_REQUEST, GROUPS, POINT_FORMATS, SIGNATURES, RENEGOTIATION, ALPN, TIMESTAMPS, VERSIONS, KEY_SHARE] },
  { ...LIBRARY, versions: [TLS12], ciphers: LIBRARY_CIPHERS.slice(3), extensions: OLD_EXTENSIONS },
  { ...LIBRARY, versions: [TLS12], ciphers: BROWSER_CIPHERS.slice(3), extensions: OLD_EXTENSIONS.filter((type) => type !== STATUS_REQUEST), permutes: true },
];
