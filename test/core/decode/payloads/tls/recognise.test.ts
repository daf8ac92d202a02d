import { describe, expect, it } from 'vitest';
import { recogniseTls } from '../../../../../src/core/decode/payloads/tls/recognise.ts';
import { clientHello, extension, message, record, serverHello } from '../../../../build/tls-bytes.ts';

const sslv2 = Uint8Array.of(0x80, 0x1c, 1, 3, 1, 0, 3, 0, 0, 0, 16, 0, 0, 0x2f, ...new Uint8Array(16));
const hello = record(22, message(1, clientHello({ extensions: [extension.serverName('lab.example')] })), 1);

const CASES: ReadonlyArray<readonly [bytes: string, data: Uint8Array, answer: string]> = [
  ['a ClientHello', hello, 'client'],
  ['a ServerHello', record(22, message(2, serverHello(0x1301, []))), 'server'],
  ['a ClientHello in records of one byte', record(22, Uint8Array.of(1)), 'client'],
  ['a Certificate, when the capture began late', record(22, message(11, new Uint8Array(9))), 'server'],
  ['a ClientKeyExchange, when the capture began late', record(22, message(16, new Uint8Array(9))), 'client'],
  ['a fatal alert', Uint8Array.of(21, 3, 3, 0, 2, 2, 40), 'server'],
  ['an alert of another length', Uint8Array.of(21, 3, 3, 0, 3, 2, 40, 0), 'no'],
  ['a hello in SSL 2.0 format', sslv2, 'client'],
  ['such a hello whose lengths do not add up', sslv2.with(8, 1), 'no'],
  ['application data', Uint8Array.of(23, 3, 3, 0, 40, 1, 2, 3), 'no'],
  ['a hello of 64 KB', Uint8Array.of(22, 3, 1, 0x40, 0, 1, 1, 0, 0), 'no'],
  ['another major version', Uint8Array.of(22, 2, 1, 0, 9, 1, 0, 0, 5), 'no'],
  ['text', Buffer.from('GET / HTTP/1.1\r\n'), 'no'],
  ['random high bytes', Uint8Array.of(0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa), 'no'],
  ['nothing', new Uint8Array(0), 'more'],
];

describe('recogniseTls', () => {
  it.each(CASES)('answers to %s as it should', (_name, data, answer) => {
    expect(recogniseTls(data.subarray(0, 64))).toBe(answer);
  });

  it.each(CASES.filter(([, , answer]) => answer !== 'no'))('asks for more, and nothing else, before it can tell: %s', (_name, data, answer) => {
    const answers = Array.from({ length: Math.min(64, data.length) + 1 }, (_, length) => recogniseTls(data.subarray(0, length)));
    const decided = answers.findIndex((each) => each !== 'more');
    expect(answers.slice(Math.max(decided, 0)).every((each) => each === answer)).toBe(true);
  });
});
