/**
 * What happens in the demo, as data: which part of the app asks whom for what,
 * and under which address the host stands in for itself. The app plays it, the
 * servers answer by it, the command tells it. Addresses are those kept for
 * documentation (RFC 5737), so that a demo is never taken for the real hosts.
 */

/** `request` and `upload` speak HTTPS, `upgrade` WebSocket, `lookup` DNS over TCP (RFC 7766). */
export type Manner = 'request' | 'upload' | 'upgrade' | 'lookup';

export interface Scene {
  readonly by: Part;
  /** In words, after "the desktop app". */
  readonly does: string;
  readonly manner: Manner;
  /** Whom it is about; of a lookup the name that is asked for. */
  readonly host: string;
  readonly address: string;
  /** How the host's server is: in order, behind a product that re-signs TLS, or behind a firewall that resets it. */
  readonly server: 'plain' | 're-signed' | 'reset';
}

export type Part = 'desktop' | 'gateway';

/** In the order in which they happen: the desktop app starts, its gateway does its work, the desktop app goes on. */
export const SCENES: readonly Scene[] = [
  { by: 'desktop', does: 'looks for an update', manner: 'request', host: 'cdn.multiclaw.io', address: '203.0.113.12', server: 're-signed' },
  { by: 'gateway', does: 'fetches its configuration', manner: 'request', host: 'api.multiclaw.io', address: '203.0.113.10', server: 'plain' },
  { by: 'gateway', does: 'opens its event channel', manner: 'upgrade', host: 'ws.multiclaw.io', address: '203.0.113.11', server: 'plain' },
  { by: 'gateway', does: 'sends a task to a model, behind a firewall that resets it', manner: 'upload', host: 'api.openai.com', address: '203.0.113.20', server: 'reset' },
  { by: 'desktop', does: 'sends 20,000 bytes to a host that nobody declared', manner: 'upload', host: 'sync.updates-mirror.example', address: '203.0.113.40', server: 'plain' },
  { by: 'desktop', does: 'asks DNS where to report crashes, and leaves it at that', manner: 'lookup', host: 'o0.ingest.sentry.io', address: '203.0.113.61', server: 'plain' },
];

/** Where the app asks for names. */
export const RESOLVER = { address: '203.0.113.53', port: 53 };
export const HTTPS_PORT = 443;
/** Bytes of an upload's body. */
export const UPLOADED = 20_000;
/** What the app finds in its environment besides the proxy: the roots that it trusts, in PEM. */
export const ROOTS_VARIABLE = 'EGRET_DEMO_ROOTS';
