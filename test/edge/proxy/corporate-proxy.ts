/**
 * A company's proxy in small, for tests: demands NTLM (or nothing, or Basic) of
 * each connection as such, and counts. Leads CONNECT and plain GET for any name
 * to one port of loopback. A token on another connection than its challenge's
 * is turned away for good, so that a pair that came apart is seen.
 */
import { createServer as createTcpServer, connect, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';

export interface CorporateChoice {
  /** Where everything goes. */
  readonly target: number;
  readonly demands: 'NTLM' | 'Negotiate' | 'nothing';
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface Corporate {
  readonly server: Server;
  /** Heads as they came, with the number of their connection. */
  readonly heads: (readonly [connection: number, head: string])[];
}

export function corporateProxy({ target, demands, tls }: CorporateChoice): Corporate {
  const heads: (readonly [number, string])[] = [];
  let connections = 0;
  const each = (socket: Socket): void => {
    const connection = ++connections;
    let hasChallenge = false;
    let held = '';
    const listen = (data: Buffer): void => {
      held += data.toString('latin1');
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = held.slice(0, end);
      held = '';
      heads.push([connection, head]);
      const token = /^proxy-authorization: (\S+) (\S+)$/im.exec(head);
      const isLast = demands === 'nothing' || (hasChallenge && token?.[1] === demands && token[2]?.startsWith(FIRST) === false);
      if (isLast) {
        socket.off('data', listen);
        return grant(socket, head, target);
      }
      if (!hasChallenge && token !== null && token[2]?.startsWith(FIRST) === false) return void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
      hasChallenge = token !== null;
      socket.write(`HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${demands}${hasChallenge ? ` ${CHALLENGE}` : ''}\r\nContent-Length: 5\r\n\r\nwho??`);
    };
    socket.on('data', listen);
    socket.on('error', () => {});
  };
  return { server: tls === undefined ? createTcpServer(each) : createTlsServer(tls, each), heads };
}

function grant(client: Socket, head: string, port: number): void {
  const server = connect(port, '127.0.0.1', () => {
    if (head.startsWith('CONNECT')) client.write('HTTP/1.1 200 OK\r\n\r\n');
    else server.write(`GET /${head.split(' ', 2)[1]?.split('/').slice(3).join('/') ?? ''} HTTP/1.1\r\nHost: far\r\nConnection: ${/^connection: close$/im.test(head) ? 'close' : 'keep-alive'}\r\n\r\n`);
    client.pipe(server);
    server.pipe(client);
  });
  server.on('error', () => client.destroy());
  client.on('close', () => server.destroy());
}

/** MS-NLMP §2.2.1.1: how message 1 begins, in base64. */
const FIRST = 'TlRMTVNTUAAB';
/** MS-NLMP §2.2.1.2: message 2 with flags for Unicode and NTLM, a challenge of 8 bytes, and neither target name nor information. */
const CHALLENGE = Buffer.concat([Buffer.from('NTLMSSP\0\x02\0\0\0', 'latin1'), Buffer.alloc(8), Buffer.from([0x01, 0x02, 0, 0]), Buffer.from('12345678'), Buffer.alloc(16)]).toString('base64');
