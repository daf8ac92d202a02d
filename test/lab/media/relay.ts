import { setTimeout as pause } from 'node:timers/promises';
import { HOSTS } from '../hosts.ts';
import type { Lab } from '../lab.ts';
import { CLOUD_DESKTOP, ECHO_PORT, RELAY, type Media } from './switches.ts';

const PATIENCE = 10_000;

/** Coturn as the vendor's relay, the cloud desktop behind it, and a firewall between both ends where the story has one. */
export async function startMedia(lab: Lab, media: Media): Promise<void> {
  const address = HOSTS.find(({ name }) => name === RELAY.host)?.v4 ?? '';
  const words = ['-n', '-L', address, '-E', address, '-p', String(RELAY.port), '--no-tls', '--no-dtls', '--no-cli', '-a', '-u', `${RELAY.user}:${RELAY.password}`, '-r', RELAY.realm];
  lab.tool('net', ['turnserver', ...words, '--log-file', `${lab.folder}/turn.log`, '--simple-log', '--pidfile', `${lab.folder}/turn.pid`, '--userdb', `${lab.folder}/turn.db`, '--rest-api-separator', ':']);
  await heard(lab);
  await lab.run('net', 'media/cloud-desktop', {}).reply('ready');
  if (media === 'relay-anyway') lab.tool('net', ['turnutils_peer', '-L', CLOUD_DESKTOP, '-p', String(ECHO_PORT)]);
  if (media === 'relayed') lab.command('router', ['nft', '-f', '-'], WALL);
}

/** Neither end reaches the other; both reach the relay. */
const WALL = `table inet media {
  chain forward {
    type filter hook forward priority 0;
    ip saddr ${CLOUD_DESKTOP} ip daddr 10.77.0.0/24 drop
    ip saddr 10.77.0.0/24 ip daddr ${CLOUD_DESKTOP} drop
  }
}
`;

/** Waits until something listens on the relay's port. */
async function heard(lab: Lab): Promise<void> {
  const port = `:${RELAY.port.toString(16).toUpperCase().padStart(4, '0')} `;
  for (const deadline = Date.now() + PATIENCE; ;) {
    try {
      lab.command('net', ['grep', '-q', port, '/proc/net/udp'], '');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await pause(100);
  }
}
