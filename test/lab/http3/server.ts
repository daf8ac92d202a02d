import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openAuthority } from '../ca/authority.ts';
import { HOSTS } from '../hosts.ts';
import { LAB_CA, type Lab } from '../lab.ts';

const HOST = 'cdn.multiclaw.io';
const PATIENCE = 10_000;

/** Ngtcp2's server in front of the vendor's releases, on the UDP port beside the one that the list names. */
export async function startHttp3(lab: Lab): Promise<void> {
  const { key, chain } = await (await openAuthority(LAB_CA)).leaf(HOST);
  const [keyFile, chainFile, pages] = [join(lab.folder, 'http3.key.pem'), join(lab.folder, 'http3.pem'), join(lab.folder, 'releases-root')];
  writeFileSync(keyFile, key);
  writeFileSync(chainFile, chain);
  mkdirSync(join(pages, 'releases'), { recursive: true });
  writeFileSync(join(pages, 'releases', 'latest.json'), JSON.stringify({ version: '3.2.1', notes: 'x'.repeat(1200) }));
  lab.tool('net', ['gtlsserver', '-q', '-d', pages, HOSTS.find(({ name }) => name === HOST)?.v4 ?? '', '443', keyFile, chainFile]);
  for (const deadline = Date.now() + PATIENCE; ;) {
    try {
      lab.command('net', ['grep', '-q', ':01BB ', '/proc/net/udp'], '');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(100);
  }
}
