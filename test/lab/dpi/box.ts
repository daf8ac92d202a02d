import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { readArguments, tellReady } from '../app/control.ts';
import { openInspectionAuthority } from './authority.ts';
import { handOver, startMitmProxy } from './mitm-proxy.ts';
import { reSigner } from './re-signer.ts';
import { DESTINATIONS } from './redirect.ts';
import { openShim } from './shim.ts';
import { DPI, PROXY_PORT, TLS_VERSION } from './switches.ts';

/** The DPI box itself: a process in the router's namespace. */
const { dpi, folder, trusts } = readArguments(z.object({ dpi: DPI, folder: z.string(), trusts: z.string() }));
const version = TLS_VERSION[dpi.tls];
const trust = readFileSync(trusts, 'utf8');

if (dpi.by === 'explicit-proxy') {
  // On every address: it reaches its own servers by loopback, the app reaches it by the router's.
  await startMitmProxy({ folder, address: '0.0.0.0', port: PROXY_PORT, version, trust, inspects: dpi.inspects });
} else if (dpi.by === 'mitm-proxy') {
  await startMitmProxy({ folder, address: '127.0.0.1', port: PROXY_PORT, version, trust });
  await openShim(DESTINATIONS, dpi.inspects, handOver(PROXY_PORT));
} else {
  await openShim(DESTINATIONS, dpi.inspects, reSigner({ leaf: openInspectionAuthority(folder), version, trust, relaysUpgrades: dpi['relays-upgrades'] }));
}
tellReady({});
