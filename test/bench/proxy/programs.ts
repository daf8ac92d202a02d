/** The proxies that are compared, each with the least settings that make it serve loopback tunnels: where egret can be left out, it is. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

export interface ProxyProgram {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Those that are installed here, told to listen on `port`; `folder` takes their settings. */
export function proxyPrograms(root: string, folder: string, port: number): readonly ProxyProgram[] {
  // Squid writes as a user of its own when root starts it.
  const logs = path.join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  chmodSync(logs, 0o777);
  const node = process.execPath;
  const egret = [path.join(root, 'dist/main.js'), 'proxy', '--listen', `127.0.0.1:${port}`, '-q', '--fail-on', 'never', '-o', path.join(folder, 'report.txt')];
  const found: ProxyProgram[] = [
    { name: 'egret', command: node, args: [...egret, '-p', path.join(root, 'policies/strict.yaml'), '--record', path.join(folder, `run-${port}.ndjson`)] },
    { name: 'smallest Node tunnel', command: node, args: [path.join(root, 'test/bench/proxy/smallest.mjs'), String(port)] },
  ];
  const squid = path.join(folder, `squid-${port}.conf`);
  const tinyproxy = path.join(folder, `tinyproxy-${port}.conf`);
  writeFileSync(squid, SQUID(port, logs));
  writeFileSync(tinyproxy, TINYPROXY(port));
  if (isThere('squid', '-v')) found.push({ name: 'squid', command: 'squid', args: ['-N', '-f', squid] });
  if (isThere('tinyproxy', '-v')) found.push({ name: 'tinyproxy', command: 'tinyproxy', args: ['-d', '-c', tinyproxy] });
  return found;
}

function isThere(command: string, flag: string): boolean {
  return spawnSync(command, [flag]).status === 0;
}

/** One access-log line a tunnel, as egret writes one observation. */
const SQUID = (port: number, folder: string): string => `http_port 127.0.0.1:${port}
acl all_ports port 1-65535
http_access allow all_ports
access_log stdio:${folder}/access-${port}.log
cache_log /dev/null
cache deny all
cache_mem 8 MB
pid_filename none
max_filedescriptors 20000
shutdown_lifetime 0 seconds
pinger_enable off
`;

const TINYPROXY = (port: number): string => `Port ${port}
Listen 127.0.0.1
Timeout 600
MaxClients 20000
Allow 127.0.0.0/8
LogLevel Critical
`;
