import * as z from 'zod';

const PACKETS = z.enum([
  'drop', 'tcp-reset', 'reset-after-hello', 'reset-established', 'net-unreachable', 'host-unreachable', 'port-unreachable', 'net-prohibited', 'host-prohibited', 'admin-prohibited', 'v6-drop', 'v6-reset',
]);
export type PacketsWall = z.infer<typeof PACKETS>;

/** What stands between the app and single hosts in one story, layer by layer. */
export const BLOCKS = z.strictObject({
  /** The resolver gives this address instead of the host's own, and no IPv6 address. */
  sinkhole: z.record(z.string(), z.string()).default({}),
  /** The resolver does not answer. */
  silent: z.array(z.string()).default([]),
  /** What the router does with packets to port 443; `v6-` leaves IPv4 alone. */
  packets: z.record(z.string(), PACKETS).default({}),
  /** What the server does with a hello: an alert, as one that knows only old versions; or it closes without a word. */
  hello: z.record(z.string(), z.enum(['alert', 'close'])).default({}),
  /** The app is told a proxy, which refuses these hosts with this status and carries all others. */
  proxy: z.record(z.string(), z.union([z.literal(403), z.literal(407)])).optional(),
});

/** The refusing proxy stands out in the lab's internet, not on the router. */
export const PROXY = { address: '203.0.113.80', port: 3128 } as const;
