/** What a proxy's answers say of a destination: asked for a password, refused, or the origin's own word. */
import { describe, expect, it } from 'vitest';
import { down, up } from '../../../../build/play-session.ts';
import { play } from './play.ts';

const CONNECT = 'CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n';
const GET = 'GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n';
const answer = (status: number, fields = ''): string => `HTTP/1.1 ${status} X\r\n${fields}Content-Length: 2\r\n\r\nno`;
const CHALLENGE = 'Proxy-Authenticate: NTLM TlRMTVNTUAACAAAA\r\n';

describe("a proxy's answers", () => {
  it('takes the rounds of NTLM on one connection for one way through', () => {
    const { parts, problems } = play(
      up(`${CONNECT}\r\n`), down(answer(407, 'Proxy-Authenticate: NTLM\r\n')),
      up(`${CONNECT}Proxy-Authorization: NTLM TlRMTVNTUAABAAAA\r\n\r\n`), down(answer(407, CHALLENGE)),
      up(`${CONNECT}Proxy-Authorization: NTLM TlRMTVNTUAADAAAA\r\n\r\n`), down('HTTP/1.1 200 Connection established\r\n\r\n'),
    );
    expect(problems).toEqual([]);
    expect(parts).toMatchObject([{ status: 200, switched: true, requests: 3, credentialScheme: 'NTLM' }]);
  });

  it('keeps a 407 that nothing followed', () => expect(play(up(GET), down(answer(407, CHALLENGE))).parts).toMatchObject([{ status: 407 }]));

  it('gives a plain request the answer behind 407', () => expect(play(up(GET), down(answer(407)), up(GET), down(answer(200))).parts).toMatchObject([{ status: 200 }]));

  it.each<[string, string, string | undefined]>([
    ['Squid marks its error', answer(403, 'X-Squid-Error: ERR_ACCESS_DENIED 0\r\n'), '403'],
    ['Proxy-Status names an error', answer(502, 'Proxy-Status: gate.example; error=destination_unavailable\r\n'), '502'],
    ['Proxy-Status names none', answer(403, 'Proxy-Status: gate.example; received-status=403\r\n'), undefined],
    ['nothing tells a 403 of the proxy from one of the origin', answer(403), undefined],
  ])('%s', (_what, response, refusal) => expect(play(up(GET), down(response)).parts[0]?.refusal).toBe(refusal));

  it('counts no refusal where any response came from the origin', () => {
    const refused = answer(403, 'X-Squid-Error: ERR_ACCESS_DENIED 0\r\n');
    expect(play(up(GET, GET), down(refused, answer(200))).parts[0]?.refusal).toBeUndefined();
    expect(play(up(GET, GET), down(answer(200), refused)).parts[0]?.refusal).toBeUndefined();
  });
});
