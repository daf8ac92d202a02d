import * as z from 'zod';
import { openAuthority } from '../ca/authority.ts';
import { FAULTS, HOSTS, RESOLVER } from '../hosts.ts';
import { readArguments, tellReady } from '../app/control.ts';
import { startDns } from './dns.ts';
import { startWeb } from './web.ts';

const { ca, faults } = readArguments(z.object({ ca: z.string(), faults: FAULTS }));
const authority = await openAuthority(ca);
await startDns(RESOLVER, faults);
for (const host of HOSTS) {
  if (faults.refuse.includes(host.name)) continue;
  const leaf = await authority.leaf(host.name);
  for (const address of [host.v4, ...(host.v6 === undefined ? [] : [host.v6])]) {
    for (const port of host.ports) await startWeb(host, address, port, leaf, faults.tls10?.includes(host.name));
  }
}
tellReady({});
