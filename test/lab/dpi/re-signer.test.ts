/** The re-signer on loopback, without the lab: what it does to ALPN, to certificates and to upgrades. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect as connectH2, createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { createServer, isIP } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openAuthority } from '../ca/authority.ts';
import { projectRoot } from '../commands.ts';
import { makeInspectionAuthority, openInspectionAuthority } from './authority.ts';
import { reSigner } from './re-signer.ts';
import { takeOver } from './shim.ts';

const HOST = 'api.multiclaw.io';
const CA = join(projectRoot(), 'test', 'lab', 'ca');
const trust = readFileSync(join(CA, 'root.pem'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'egret-re-signer-'));
const root = makeInspectionAuthority(folder, 'private');
const leaf = openInspectionAuthority(folder);
const closing: (() => void)[] = [() => rmSync(folder, { recursive: true })];
let serverPort = 0;

beforeAll(async () => {
  const { key, chain } = await (await openAuthority(CA)).leaf(HOST);
  const server = createSecureServer({ key, cert: chain, allowHTTP1: true }, (request, response) => response.end(`${request.httpVersion} ${request.url}`));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  serverPort = portOf(server.address());
});

afterAll(() => closing.forEach((close) => close()));

test('HTTP/2 survives: the client is told what the server chose of its own offer', async () => {
  const port = await box({});
  const session = connectH2(`https://${HOST}:${port}`, { createConnection: () => dial(port, ['h2', 'http/1.1']) });
  const request = session.request({ ':path': '/sync' });
  let body = '';
  request.setEncoding('utf8').on('data', (text: string) => (body += text));
  await once(request, 'end');
  expect([session.alpnProtocol, body]).toEqual(['h2', '2.0 /sync']);
  session.destroy();
});

test('a client that offers HTTP/1.1 alone gets it', async () => {
  const socket = dial(await box({}), ['http/1.1']);
  await once(socket, 'secureConnect');
  expect(socket.alpnProtocol).toBe('http/1.1');
  socket.destroy();
});

test.each([
  ['TLSv1.2', 'an inspected host', true, 'Northwind Web Gateway CA'],
  ['TLSv1.3', 'an inspected host', true, 'Northwind Web Gateway CA'],
  ['TLSv1.3', 'a host that is passed on', false, 'Egret Lab Issuing CA'],
] as const)('under %s the certificate of %s names its issuer', async (version, _host, isInspected, issuer) => {
  const socket = dial(await box({ version, inspects: isInspected ? [HOST] : [] }), ['http/1.1']);
  await once(socket, 'secureConnect');
  expect([socket.getProtocol(), socket.getPeerCertificate().issuer.CN]).toEqual([version, issuer]);
  socket.destroy();
});

test('a box that knows HTTP only answers an upgrade itself, and passes other requests on', async () => {
  const port = await box({ relaysUpgrades: false });
  expect(await answerTo(port, 'GET /v1/events HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')).toMatch(/^HTTP\/1\.1 502 /);
  expect(await answerTo(port, 'GET /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
});

test('a client that does not trust the box ends the connection', async () => {
  const socket = connect({ host: '127.0.0.1', port: await box({}), servername: HOST, ca: trust });
  const [error] = await once(socket, 'error').catch((thrown: unknown) => [thrown]);
  expect(error).toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' });
});

/** A box before the server, as the router's redirect would reach it; gives its port. */
async function box({ version = 'TLSv1.3', inspects = [HOST], relaysUpgrades = true }: { readonly version?: 'TLSv1.2' | 'TLSv1.3'; readonly inspects?: readonly string[]; readonly relaysUpgrades?: boolean }): Promise<number> {
  const inspect = reSigner({ leaf, version, trust, relaysUpgrades });
  const server = createServer((client) => {
    takeOver(client, { address: '127.0.0.1', port: serverPort, redirectedTo: 0 }, inspects, inspect).catch(() => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => server.close());
  return portOf(server.address());
}

function dial(port: number, ALPNProtocols: string[]): TLSSocket {
  return connect({ host: '127.0.0.1', port, servername: HOST, ca: [trust, root], ALPNProtocols });
}

async function answerTo(port: number, request: string): Promise<string> {
  const socket = dial(port, ['http/1.1']);
  socket.write(request);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
  await once(socket, 'close');
  return answer;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string' || isIP(address.address) === 0) throw new Error('not listening');
  return address.port;
}
