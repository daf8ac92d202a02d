/** The hellos of real clients in fixtures/wire/tls-hello: takes nothing, gives each with what its recorder wrote beside it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readWireFixture, wireFixtures } from './wire-fixture.ts';

export interface HelloFixture {
  /** `curl-openssl`. */
  readonly name: string;
  /** One TLS record with the whole ClientHello. */
  readonly record: Uint8Array;
  /** The name that the client was asked for; absent when it was asked for an address. */
  readonly sni: string | undefined;
  /** By read-tls-client-hello when the hello was recorded. */
  readonly ja4: string;
}

export function helloFixtures(): readonly HelloFixture[] {
  return wireFixtures('tls-hello').map((file) => {
    const text = readFileSync(path.join('fixtures/wire', file), 'utf8');
    const [, sni = ''] = /^# sni: (\S+)$/m.exec(text) ?? [];
    const [, ja4 = ''] = /^# ja4 by read-tls-client-hello: (\S+)$/m.exec(text) ?? [];
    const [passage] = readWireFixture(file).passages;
    if (passage === undefined || ja4 === '') throw new Error(`${file} holds no hello or no JA4`);
    return { name: path.basename(file, '.hex'), record: passage.data, sni: sni === 'none' ? undefined : sni, ja4 };
  });
}
