import * as z from 'zod';

/** The DPI box of one story: how it sits on the path, which hosts it opens, and whether the app trusts it. */
export const DPI = z.strictObject({
  /** `mitm-proxy` and `re-signer` stand on the path and are not announced; `explicit-proxy` is told to the app. */
  by: z.enum(['mitm-proxy', 're-signer', 'explicit-proxy']),
  /** Who signs: a product's names, a private authority's, or what http-mitm-proxy calls itself. */
  issuer: z.enum(['zscaler', 'private', 'own']),
  /** Hosts whose TLS it ends. Every other connection passes as it is. */
  inspects: z.array(z.string()).min(1),
  /** The version on the app's side; towards servers it speaks what they speak. */
  tls: z.enum(['1.2', '1.3']),
  /** Whether the app trusts the box's authority beside the lab's root. */
  trusted: z.boolean(),
  /** A re-signer that knows HTTP only answers an upgrade to WebSocket itself. */
  'relays-upgrades': z.boolean().default(true),
});
export type Dpi = z.infer<typeof DPI>;

/** Where an app finds the box as its proxy: on the router's own address. */
export const PROXY_PORT = 3128;
export const TLS_VERSION = { '1.2': 'TLSv1.2', '1.3': 'TLSv1.3' } as const;
