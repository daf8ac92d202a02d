/** How real TLS clients are made to say hello to a port of loopback: one row per fixture. Addresses and names are the lab's. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface HelloClient {
  /** Name of the fixture, without its ending. */
  readonly file: string;
  readonly program: string;
  /** What is special about this hello. */
  readonly says: string;
  /** How its version is asked; the groups of the pattern, joined, become the origin. */
  readonly version: { readonly args: string[]; readonly pattern: RegExp };
  /** Arguments for a port; `scratch` is an empty folder of its own. */
  readonly args: (port: number, scratch: string) => readonly string[];
  readonly env?: (port: number, scratch: string) => Readonly<Record<string, string>>;
  /** The name that the hello carries; none without one. */
  readonly sni?: string;
}

const NAME = 'lab.example';
const curl = { args: ['--version'], pattern: /^(curl [\d.]+).*?(OpenSSL\/[\d.]+)/ };
const openssl = { args: ['version'], pattern: /^(OpenSSL [\d.]+)/ };
const opensslOfShell = { args: ['-c', 'openssl version'], pattern: openssl.pattern };
const gnutls = { args: ['--version'], pattern: /^(gnutls-cli [\d.]+)/ };
const node = { args: ['-p', '`Node ${process.version} (OpenSSL ${process.versions.openssl})`'], pattern: /^(.+)/ };
const python = { args: ['-c', 'import sys, ssl; print("Python", sys.version.split()[0], "(" + ssl.OPENSSL_VERSION + ")")'], pattern: /^(.+)/ };
const chromium = { args: ['--version', '--no-sandbox'], pattern: /(Chromium [\d.]+)/ };
const go = { args: ['version'], pattern: /version (go[\d.]+)/ };

export const HELLO_CLIENTS: readonly HelloClient[] = [
  { file: 'curl-openssl', program: 'curl', says: 'defaults: h2 and http/1.1 offered', version: curl, sni: NAME, args: (port) => curlArgs(port) },
  { file: 'curl-openssl-address', program: 'curl', says: 'asked for an address, so without a name; no ALPN', version: curl, args: (port) => ['-sk', '--no-alpn', '--noproxy', '*', `https://127.0.0.1:${port}/`] },
  { file: 'curl-openssl-tls12', program: 'curl', says: 'TLS 1.2 at the most', version: curl, sni: NAME, args: (port) => ['--tls-max', '1.2', ...curlArgs(port)] },
  { file: 'openssl-tls10', program: 'openssl', says: 'TLS 1.0 only, an SCSV and no signature algorithms', version: openssl, sni: NAME, args: (port) => sClient(port, '-servername', NAME, '-tls1', '-cipher', 'ALL:@SECLEVEL=0') },
  { file: 'openssl-weak', program: 'openssl', says: 'every cipher that it has, NULL and anonymous ones too', version: openssl, args: (port) => sClient(port, '-noservername', '-cipher', 'ALL:COMPLEMENTOFALL:@SECLEVEL=0') },
  { file: 'openssl-psk', program: 'openssl', says: 'TLS 1.3 only, with a key shared beforehand', version: openssl, sni: NAME, args: (port) => sClient(port, '-servername', NAME, '-tls1_3', '-psk', '1a2b3c4d') },
  { file: 'openssl-odd-alpn', program: 'openssl', says: 'an ALPN of one character first, a stapled OCSP response asked for', version: openssl, sni: NAME, args: (port) => sClient(port, '-servername', NAME, '-alpn', 'x,h2', '-status') },
  { file: 'openssl-postgresql', program: 'openssl', says: 'the ALPN of PostgreSQL without its turn to TLS', version: openssl, sni: NAME, args: (port) => sClient(port, '-servername', NAME, '-alpn', 'postgresql') },
  { file: 'openssl-early-data', program: 'sh', says: 'resumes a TLS 1.3 session and offers early data', version: opensslOfShell, sni: NAME, args: (port) => resuming(port, '-tls1_3', '-early_data hello.txt') },
  { file: 'openssl-ticket', program: 'sh', says: 'resumes a TLS 1.2 session by ticket', version: opensslOfShell, sni: NAME, args: (port) => resuming(port, '-tls1_2') },
  { file: 'openssl-session-id', program: 'sh', says: 'resumes a TLS 1.2 session by its id alone', version: opensslOfShell, sni: NAME, args: (port) => resuming(port, '-tls1_2 -no_ticket') },
  { file: 'gnutls-cli', program: 'gnutls-cli', says: 'defaults', version: gnutls, sni: NAME, args: (port) => gnutlsArgs(port) },
  { file: 'gnutls-cli-legacy', program: 'gnutls-cli', says: 'TLS 1.0 to 1.2 with old ciphers', version: gnutls, sni: NAME, args: (port) => gnutlsArgs(port, '--priority', 'LEGACY:-VERS-TLS1.3:+3DES-CBC:+ARCFOUR-128', '--alpn', 'h2') },
  { file: 'wget-gnutls', program: 'wget', says: 'GnuTLS; asked for a name of loopback', version: { args: ['--version'], pattern: /^GNU (Wget [\d.]+).*?\+ssl\/(\w+)/s }, sni: 'localhost', args: (port) => ['-q', '-t', '1', '--no-proxy', '--no-check-certificate', '-O', '-', `https://localhost:${port}/`] },
  { file: 'git-gnutls', program: 'git', says: 'libcurl with GnuTLS', version: { args: ['--version'], pattern: /^(git) version ([\d.]+)/ }, sni: NAME, args: (port) => ['-c', `http.curloptResolve=${NAME}:${port}:127.0.0.1`, '-c', 'http.sslVerify=false', '-c', 'http.proxy=', 'ls-remote', `https://${NAME}:${port}/x`] },
  ...['20', '22', '24', '26'].flatMap((major): HelloClient[] => [
    { file: `node${major}-https`, program: `node${major}`, says: 'node:https with its defaults', version: node, sni: NAME, args: (port) => ['-e', `require('https').get({host:'127.0.0.1',port:${port},servername:'${NAME}'}).on('error',()=>{})`] },
    { file: `node${major}-fetch`, program: `node${major}`, says: 'fetch, asked for a name of loopback', version: node, sni: 'localhost', args: (port) => ['-e', `fetch('https://localhost:${port}/').catch(()=>{})`] },
  ]),
  { file: 'python-ssl', program: 'python3', says: 'ssl.create_default_context', version: python, sni: NAME, args: (port) => ['-c', pythonCode(port)] },
  { file: 'chromium', program: 'chromium', says: 'GREASE, shuffled extensions and a decoy of encrypted_client_hello', version: chromium, sni: NAME, args: chromiumArgs },
  { file: 'chromium-again', program: 'chromium', says: 'the same once more: its extensions are in another order', version: chromium, sni: NAME, args: chromiumArgs },
  { file: 'go', program: 'go', says: 'net/http with its defaults', version: go, sni: 'localhost', args: (port, scratch) => ['run', written(scratch, 'hello.go', GO.replace('PORT', String(port)))], env: (_port, scratch) => ({ GOCACHE: join(scratch, 'cache'), GOPATH: join(scratch, 'path'), GOFLAGS: '-mod=mod', GOPROXY: 'off', CGO_ENABLED: '0' }) },
  { file: 'java', program: 'java', says: 'java.net.http with its defaults', version: { args: ['-version'], pattern: /(openjdk) version "([\d.]+)"/ }, sni: 'localhost', args: (port, scratch) => [written(scratch, 'Hello.java', JAVA.replace('PORT', String(port)))] },
  { file: 'cargo', program: 'cargo', says: 'its own libcurl and OpenSSL', version: { args: ['--version'], pattern: /^(cargo [\d.]+)/ }, sni: 'localhost', args: (port) => ['search', '--index', `sparse+https://localhost:${port}/`, 'x'], env: (_port, scratch) => ({ CARGO_HOME: scratch, CARGO_NET_RETRY: '0' }) },
  { file: 'deno-rustls', program: 'deno', says: 'rustls', version: { args: ['--version'], pattern: /^(deno [\d.]+)/ }, sni: 'localhost', args: (port) => ['eval', `await fetch('https://localhost:${port}/')`], env: (_port, scratch) => ({ DENO_DIR: scratch, DENO_NO_UPDATE_CHECK: '1' }) },
  { file: 'bun-boringssl', program: 'bun', says: 'BoringSSL', version: { args: ['-p', '`Bun ${Bun.version}`'], pattern: /^(.+)/ }, sni: 'localhost', args: (port) => ['-e', `await fetch('https://localhost:${port}/')`] },
];

function curlArgs(port: number): string[] {
  return ['-sk', '--noproxy', '*', '--resolve', `${NAME}:${port}:127.0.0.1`, `https://${NAME}:${port}/`];
}

function sClient(port: number, ...more: string[]): string[] {
  return ['s_client', '-connect', `127.0.0.1:${port}`, ...more];
}

/** A connection to a server of its own on the next port, for a session; then the hello that resumes it. */
function resuming(port: number, versions: string, early = ''): string[] {
  const client = `openssl s_client -servername ${NAME} ${versions}`;
  return ['-c', [
    `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -subj /CN=${NAME}`,
    `openssl s_server -accept ${port + 1} -key key.pem -cert cert.pem -early_data -quiet & sleep 1`,
    `(sleep 1; echo Q) | ${client} -connect 127.0.0.1:${port + 1} -sess_out session.pem`,
    `echo hello >hello.txt; ${client} -connect 127.0.0.1:${port} -sess_in session.pem ${early}`,
  ].join('\n')];
}

function gnutlsArgs(port: number, ...more: string[]): string[] {
  return ['--insecure', '--sni-hostname', NAME, '-p', String(port), ...more, '127.0.0.1'];
}

function chromiumArgs(port: number, scratch: string): string[] {
  return [
    '--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--no-proxy-server',
    `--user-data-dir=${scratch}`, `--host-resolver-rules=MAP ${NAME} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`, `https://${NAME}:${port}/`,
  ];
}

function pythonCode(port: number): string {
  return `import socket, ssl; ssl.create_default_context().wrap_socket(socket.create_connection(('127.0.0.1', ${port})), server_hostname='${NAME}')`;
}

function written(scratch: string, name: string, text: string): string {
  const file = join(scratch, name);
  writeFileSync(file, text);
  return file;
}

const GO = 'package main\n\nimport "net/http"\n\nfunc main() { http.Get("https://localhost:PORT/") }\n';
const JAVA = `import java.net.URI;
import java.net.http.*;

public class Hello {
  public static void main(String[] words) throws Exception {
    HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("https://localhost:PORT/")).build(), HttpResponse.BodyHandlers.discarding());
  }
}
`;
