/** TLS bytes by hand for tests: records, handshake messages, hellos with whatever lists a test wants. */
import { join } from './certificate.ts';

export function record(type: number, body: Uint8Array, minor = 3): Uint8Array {
  return join(Uint8Array.of(type, 3, minor), u16(body.length), body);
}

export function message(type: number, body: Uint8Array): Uint8Array {
  return join(Uint8Array.of(type, 0), u16(body.length), body);
}

export interface HelloWish {
  readonly version?: number;
  readonly ciphers?: readonly number[];
  readonly extensions?: ReadonlyArray<readonly [type: number, body: Uint8Array]>;
}

/** The body of a ClientHello. */
export function clientHello(wish: HelloWish = {}): Uint8Array {
  const ciphers = join(...(wish.ciphers ?? [0x1301]).map(u16));
  return join(u16(wish.version ?? 0x0303), new Uint8Array(32).fill(7), Uint8Array.of(0), u16(ciphers.length), ciphers, Uint8Array.of(1, 0), extensionsOf(wish.extensions));
}

/** The body of a ServerHello; TLS 1.3 by its supported_versions. */
export function serverHello(cipher: number, extensions: HelloWish['extensions'], random = new Uint8Array(32).fill(9)): Uint8Array {
  return join(u16(0x0303), random, Uint8Array.of(0), u16(cipher), Uint8Array.of(0), extensionsOf(extensions));
}

export const extension = {
  serverName: (name: string): readonly [number, Uint8Array] => [0, list(join(Uint8Array.of(0), list(Buffer.from(name, 'latin1'))))],
  alpn: (...names: readonly (string | Uint8Array)[]): readonly [number, Uint8Array] => [
    16, list(join(...names.map((name) => join(Uint8Array.of(name.length), typeof name === 'string' ? Buffer.from(name, 'latin1') : name)))),
  ],
  versions: (...versions: readonly number[]): readonly [number, Uint8Array] => [43, join(Uint8Array.of(versions.length * 2), ...versions.map(u16))],
  signatures: (...schemes: readonly number[]): readonly [number, Uint8Array] => [13, list(join(...schemes.map(u16)))],
  empty: (type: number): readonly [number, Uint8Array] => [type, new Uint8Array(0)],
  /** The server's supported_versions. */
  selected: (version: number): readonly [number, Uint8Array] => [43, u16(version)],
};

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function list(body: Uint8Array): Uint8Array {
  return join(u16(body.length), body);
}

function extensionsOf(extensions: HelloWish['extensions']): Uint8Array {
  if (extensions === undefined) return new Uint8Array(0);
  return list(join(...extensions.map(([type, body]) => join(u16(type), u16(body.length), body))));
}
