import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { TLSSocket } from 'node:tls';
import type { Leaf } from '../ca/authority.ts';

/** A server for mail submission (RFC 6409): takes a message behind STARTTLS (RFC 3207) and throws it away. */
export async function startMail(name: string, address: string, port: number, leaf: Leaf): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.write(`220 ${name} ESMTP\r\n`);
    serve(name, socket, leaf);
  });
  server.listen(port, address);
  await once(server, 'listening');
}

function serve(name: string, socket: Socket, leaf: Leaf): void {
  const isSealed = socket instanceof TLSSocket;
  const lines = createInterface({ input: socket, crlfDelay: Infinity });
  let isMessage = false;
  lines.on('line', (line) => {
    const verb = line.slice(0, 4).toUpperCase();
    if (isMessage) {
      isMessage = line !== '.';
      if (!isMessage) socket.write('250 2.0.0 Accepted\r\n');
    } else if (verb === 'EHLO') socket.write(isSealed ? `250-${name}\r\n250 8BITMIME\r\n` : `250-${name}\r\n250-8BITMIME\r\n250 STARTTLS\r\n`);
    else if (verb === 'STAR' && !isSealed) {
      lines.close();
      socket.removeAllListeners('data');
      socket.write('220 2.0.0 Ready to start TLS\r\n');
      const sealed = new TLSSocket(socket, { isServer: true, key: leaf.key, cert: leaf.chain, minVersion: 'TLSv1.3' });
      sealed.on('error', () => sealed.destroy());
      serve(name, sealed, leaf);
    } else if (verb === 'DATA') {
      isMessage = true;
      socket.write('354 Go ahead\r\n');
    } else if (verb === 'QUIT') socket.end('221 2.0.0 Bye\r\n');
    else socket.write('250 2.1.0 Ok\r\n');
  });
}
