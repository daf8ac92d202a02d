import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateMessage, issue, join } from '../../../../build/certificate.ts';
import { clientHello, extension, message, record, serverHello } from '../../../../build/tls-bytes.ts';
import type { Passage } from '../../../../build/tls-handshake.ts';
import { openSession, play } from './play.ts';

const sealed = (length: number): Uint8Array => record(23, new Uint8Array(length).fill(0xab));
const change = record(20, Uint8Array.of(1));
const hello = (host: string, ...versions: number[]): Uint8Array => record(22, message(1, clientHello({ extensions: [extension.serverName(host), extension.versions(...versions)] })), 1);

const HANDSHAKES: readonly (readonly Passage[])[] = [
  [
    { side: 'up', data: hello('one.example', 0x0304, 0x0303) },
    { side: 'down', data: join(record(22, message(2, serverHello(0x1301, [extension.selected(0x0304)]))), change, sealed(1200)) },
    { side: 'up', data: join(change, sealed(53), sealed(90)) },
    { side: 'down', data: join(sealed(250), sealed(250), sealed(700)) },
  ],
  [
    { side: 'up', data: hello('two.example', 0x0303) },
    { side: 'down', data: join(record(22, message(2, serverHello(0xc02f, []))), record(22, message(11, certificateMessage([issue({ subject: [['2.5.4.3', 12, 'two.example']] }).der])))) },
    { side: 'up', data: record(21, Uint8Array.of(2, 48)) },
  ],
];

describe('a session that served another flow', () => {
  it('gives of the next one what a new session would, wherever the first one ended', () => {
    fc.assert(fc.property(fc.constantFrom(...HANDSHAKES), fc.nat(2000), fc.constantFrom(...HANDSHAKES), (before, cut, after) => {
      const { session } = openSession();
      let left = cut;
      for (const { side, data } of before) {
        if (left <= 0 || !session.push(side, data.slice(0, left), 0, 1)) break;
        left -= data.length;
      }
      session.facts();
      session.recycle?.();
      const next = openSession();
      expect(next.session).toBe(session);
      for (const { side, data } of after) if (!next.session.push(side, data, 0, 1)) break;
      // What is played stays in its session, so that this one is new.
      expect({ facts: next.session.facts().tls, problems: next.problems }).toEqual({ facts: play(after).facts, problems: [] });
      next.session.recycle?.();
    }), { seed: 21, numRuns: 200 });
  });
});
