import { describe, expect, it } from 'vitest';
import { recogniseHttp } from '../../../../../src/core/decode/payloads/http/recognise.ts';
import { RECOGNISE_LIMIT } from '../../../../../src/core/decode/payloads/session.ts';
import { bytes } from '../../../../build/bytes.ts';

const LONG = '/a'.repeat(40);
const CASES: ReadonlyArray<readonly [what: string, text: string, answer: string]> = [
  ['a request', 'GET / HTTP/1.1\r\n', 'client'],
  ['a request with a bare line feed', 'GET / HTTP/1.0\n', 'client'],
  ['a request behind an empty line', '\r\nGET / HTTP/1.1\r\n', 'client'],
  ['a request with a method of its own', 'FETCH-IT / HTTP/1.1\r\n', 'client'],
  ['a request with a long target', `GET ${LONG} HTTP/1.1\r\n`, 'client'],
  ['a request to a proxy', 'GET http://a.example/ HTTP/1.1\r\n', 'client'],
  ['a CONNECT', 'CONNECT a.example:443 HTTP/1.1\r\n', 'client'],
  ['OPTIONS of the whole server', 'OPTIONS * HTTP/1.1\r\n', 'client'],
  ['a response', 'HTTP/1.1 200 OK\r\n', 'server'],
  ['a response without a reason', 'HTTP/1.0 404\r\n', 'server'],
  ['an unknown method with a target longer than the limit', `FETCH-IT ${LONG} HTTP/1.1\r\n`, 'no'],
  ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'no'],
  ['RTSP', 'OPTIONS rtsp://a.example/ RTSP/1.0\r\n', 'no'],
  ['SIP', 'OPTIONS sip:a.example SIP/2.0\r\n', 'no'],
  ['an RTSP response', 'RTSP/1.0 200 OK\r\n', 'no'],
  ['a status beyond three digits', 'HTTP/1.1 2000 OK\r\n', 'no'],
  ['a control byte in the target', 'GET /\u0001 HTTP/1.1\r\n', 'no'],
  ['CONNECT to a path', 'CONNECT / HTTP/1.1\r\n', 'no'],
  ['a greeting of mail', '220 mail.example ESMTP\r\n', 'no'],
  ['a greeting of SSH', 'SSH-2.0-x\r\n', 'no'],
  ['the start of TLS', '\u0016\u0003\u0001\u0002\u0000\u0001', 'no'],
];

describe('recogniseHttp', () => {
  it.each(CASES)('answers to %s as it should', (_what, text, answer) => {
    expect(recogniseHttp(bytes(text).subarray(0, RECOGNISE_LIMIT))).toBe(answer);
  });

  it.each(CASES)('never contradicts itself as bytes come in: %s', (_what, text, answer) => {
    const answers = Array.from({ length: Math.min(text.length, RECOGNISE_LIMIT) + 1 }, (_, length) => recogniseHttp(bytes(text.slice(0, length))));
    expect(answers[0]).toBe('more');
    expect([...new Set(answers)]).toEqual(['more', answer]);
  });
});
