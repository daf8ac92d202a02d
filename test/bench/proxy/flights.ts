/** What a real client and server say first: Node's own TLS 1.3 hello and the server's answer to it, so that a proxy that looks at them has real work. */
import { webcrypto } from 'node:crypto';
import { createServer, connect } from 'node:net';
import { createSecureContext, TLSSocket, connect as connectTls } from 'node:tls';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

export interface Flights {
  readonly hello: Buffer;
  readonly answer: Buffer;
}

/** Records one handshake over loopback: the first bytes of either side. */
export async function recordFlights(): Promise<Flights> {
  x509.cryptoProvider.set(webcrypto);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({ name: 'CN=bench.example', keys, signingAlgorithm: algorithm });
  const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
  const secureContext = createSecureContext({ key, cert: certificate.toString('pem') });
  return new Promise((done, fail) => {
    let hello: Buffer | undefined;
    const server = createServer((socket) => {
      socket.once('error', () => {});
      new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['h2', 'http/1.1'] }).on('error', () => {});
    });
    const relay = createServer((client) => {
      const { port } = portOf(server);
      const far = connect(port, '127.0.0.1');
      client.once('data', (data) => { hello = data; });
      far.once('data', (answer) => {
        server.close();
        relay.close();
        client.destroy();
        far.destroy();
        if (hello === undefined) fail(new Error('the server spoke first'));
        else done({ hello, answer });
      });
      client.pipe(far);
      client.on('error', () => {});
      far.on('error', () => {});
    });
    server.listen(0, '127.0.0.1', () => relay.listen(0, '127.0.0.1', () => {
      connectTls({ ...portOf(relay), host: '127.0.0.1', servername: 'bench.example', ALPNProtocols: ['h2', 'http/1.1'] }).on('error', () => {});
    }));
  });
}

function portOf(server: ReturnType<typeof createServer>): { readonly port: number } {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return { port: address.port };
}
