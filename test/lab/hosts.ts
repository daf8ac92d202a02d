import * as z from 'zod';
import { BLOCKS, PROXY } from './firewall/switches.ts';
import { CLOUD_DESKTOP } from './media/switches.ts';

/** Every host of the lab's internet. Each has addresses of its own, so that an address names one host only. */
export interface Host {
  readonly name: string;
  readonly v4: string;
  readonly v6?: string;
  /** The canonical name that the DNS answer leads through. */
  readonly alias?: string;
  readonly tls: '1.2' | '1.3';
  readonly ports: readonly number[];
  readonly kind: 'json' | 'stream' | 'image' | 'websocket';
  /** Its port for HTTP in clear. */
  readonly plainPort?: number;
  /** Its port for HTTP/2 in clear. */
  readonly h2cPort?: number;
  /** Its port for mail, with STARTTLS. */
  readonly mailPort?: number;
  /** The IPv6 address is announced, but the router drops what is sent to it. */
  readonly v6Unreachable?: true;
}

export const RESOLVER = '203.0.113.53';

export const HOSTS: readonly Host[] = [
  { name: 'api.multiclaw.io', v4: '203.0.113.10', v6: '2001:db8:113::10', tls: '1.3', ports: [443, 8443], kind: 'json', plainPort: 80, h2cPort: 8080 },
  { name: 'ws.multiclaw.io', v4: '203.0.113.11', tls: '1.3', ports: [443], kind: 'websocket' },
  { name: 'cdn.multiclaw.io', v4: '203.0.113.12', alias: 'multiclaw.edge.content-network.example', tls: '1.2', ports: [443], kind: 'json' },
  { name: 'turn.multiclaw.io', v4: '203.0.113.13', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'telemetry.multiclaw.io', v4: '203.0.113.14', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'api.openai.com', v4: '198.51.100.10', v6: '2001:db8:198::10', tls: '1.3', ports: [443], kind: 'stream' },
  { name: 'api.anthropic.com', v4: '198.51.100.11', v6: '2001:db8:198::11', tls: '1.3', ports: [443], kind: 'stream' },
  { name: 'generativelanguage.googleapis.com', v4: '198.51.100.12', v6: '2001:db8:198::12', tls: '1.3', ports: [443], kind: 'stream' },
  { name: 'ws-mt1.pusher.com', v4: '198.51.100.20', alias: 'socket-mt1.balancer.hosting.example', tls: '1.3', ports: [443], kind: 'websocket' },
  { name: 'sockjs-mt1.pusher.com', v4: '198.51.100.21', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'stats.pusher.com', v4: '198.51.100.22', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'api.microlink.io', v4: '198.51.100.30', tls: '1.2', ports: [443], kind: 'json' },
  { name: 'www.google.com', v4: '198.51.100.40', v6: '2001:db8:198::40', tls: '1.3', ports: [443], kind: 'image', v6Unreachable: true },
  { name: 'collector.acme-metrics.example', v4: '198.51.100.50', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'o4505.ingest.sentry.io', v4: '198.51.100.60', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'us.i.posthog.com', v4: '198.51.100.61', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'mcp.tools.example', v4: '198.51.100.70', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'cloudflare-dns.com', v4: '198.51.100.80', tls: '1.3', ports: [443], kind: 'json' },
  { name: 'dns.google', v4: '198.51.100.81', tls: '1.3', ports: [853], kind: 'json' },
  { name: 'rt2.spare-cloud.example', v4: '198.51.100.85', tls: '1.3', ports: [443], kind: 'websocket' },
  { name: 'smtp.acme-mail.example', v4: '198.51.100.86', tls: '1.3', ports: [], kind: 'json', mailPort: 587 },
  // Nothing resolves to it: who calls it knows the address. Its certificate names the address too.
  { name: '198.51.100.90', v4: '198.51.100.90', tls: '1.3', ports: [443], kind: 'json' },
];

/** Addresses of servers that no name leads to. */
export const SERVICES: readonly string[] = [RESOLVER, PROXY.address, CLOUD_DESKTOP];

const names = z.array(z.string()).default([]);

/** What the lab's internet does wrong in one story; `pace` makes events and heartbeats so many times rarer, for long stories. */
export const FAULTS = z.object({ nxdomain: names, servfail: names, refuse: names, blocks: BLOCKS.optional(), tls10: z.array(z.string()).optional(), pace: z.number().min(1).default(1) });
export type Faults = z.infer<typeof FAULTS>;
