import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment, Lab } from '../lab.ts';
import { LAB_ROOT } from '../lab.ts';
import { ROUTER_ADDRESS } from '../topology.ts';
import { makeInspectionAuthority, rootFile } from './authority.ts';
import { RULES } from './redirect.ts';
import type { Dpi } from './switches.ts';
import { PROXY_PORT } from './switches.ts';

export interface Installed {
  /** What the app's processes are started with beside the lab's own. */
  readonly environment: Environment;
  /** The root that the box signs by, as PEM. */
  readonly root: string;
}

/** Puts the box into the router of a lab that is up. */
export async function installDpiBox(lab: Lab, dpi: Dpi): Promise<Installed> {
  const folder = join(lab.folder, 'dpi');
  if (dpi.issuer !== 'own') makeInspectionAuthority(folder, dpi.issuer);
  await lab.run('router', 'dpi/box', { dpi, folder, trusts: LAB_ROOT }).reply('ready');
  if (dpi.by !== 'explicit-proxy') lab.command('router', ['nft', '-f', '-'], RULES);
  const root = readFileSync(rootFile(folder), 'utf8');
  const trusted = join(lab.folder, 'app-roots.pem');
  writeFileSync(trusted, `${readFileSync(LAB_ROOT, 'utf8')}${dpi.trusted ? root : ''}`);
  return {
    environment: { NODE_EXTRA_CA_CERTS: trusted, ...(dpi.by === 'explicit-proxy' ? { HTTPS_PROXY: `http://${ROUTER_ADDRESS}:${PROXY_PORT}` } : {}) },
    root,
  };
}
