import * as z from 'zod';
import { openAuthority } from '../ca/authority.ts';
import { FAULTS, HOSTS, RESOLVER } from '../hosts.ts';
import { readArguments, tellReady } from '../app/control.ts';
import { startDns } from './dns.ts';
import { startAlerting, startClosing, startProxy } from './refusing.ts';
import { startMail } from './mail.ts';
import { slowEvents, startH2c, startPlain, startWeb } from './web.ts';

const { ca, faults } = readArguments(z.object({ ca: z.string(), faults: FAULTS }));
const authority = await openAuthority(ca);
slowEvents(faults.pace);
await startDns(RESOLVER, faults);
for (const host of HOSTS) {
  if (faults.refuse.includes(host.name)) continue;
  const leaf = await authority.leaf(host.name);
  for (const address of [host.v4, ...(host.v6 === undefined ? [] : [host.v6])]) {
    if (host.plainPort !== undefined) await startPlain(host, address, host.plainPort);
    if (host.h2cPort !== undefined) await startH2c(address, host.h2cPort);
    if (host.mailPort !== undefined) await startMail(host.name, address, host.mailPort, leaf);
    const refusal = faults.blocks?.hello[host.name];
    if (refusal !== undefined) for (const port of host.ports) await (refusal === 'alert' ? startAlerting(address, port, leaf) : startClosing(address, port));
    else for (const port of host.ports) await startWeb(host, address, port, leaf, faults.tls10?.includes(host.name));
  }
}
if (faults.blocks?.proxy !== undefined) await startProxy(faults.blocks.proxy);
tellReady({});
