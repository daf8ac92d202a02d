/** What HTTP heads in clear say, as plain serialisable facts: one part per distinct destination asked for. */
import type { Micros } from '../../../base/time.ts';
import type { WireText } from '../../../base/wire-text.ts';
import type { TlsFacts } from '../tls/facts.ts';

export interface HttpPart {
  /** origin: `GET /path` + Host; absolute: `GET http://host/…` to a proxy; authority: CONNECT, or what a SOCKS client asked for. */
  readonly form: 'origin' | 'absolute' | 'authority';
  /** Host asked for, as written, without the port; absent when the request had none. */
  readonly host?: WireText;
  /** Port written in the request, else the scheme's (80, 443 for CONNECT without one is an error), else undefined. */
  readonly port?: number;
  readonly methods: readonly string[];
  /** Value of an Upgrade header that was asked for (`websocket`, `h2c`). */
  readonly upgrade?: WireText;
  /** A response 101, or 200 to CONNECT, was seen. */
  readonly switched: boolean;
  /** Status of the first response seen for this part; after a 407, of the next one: authentication may take rounds. */
  readonly status?: number;
  readonly requests: number;
  readonly first: { readonly at: Micros; readonly frame: number };
  readonly last: { readonly at: Micros; readonly frame: number };
  /** Stream bytes from this part's heads to the next part's, where no bytes were lost. */
  readonly up: number;
  readonly down: number;
  /** A credential was sent in clear (Authorization, Proxy-Authorization, user information, a SOCKS password): its scheme only, never the secret. */
  readonly credentialScheme?: string;
  /** A proxy said that it refused: SOCKS version and reply code, or the status of a response that the proxy marks as its own. */
  readonly refusal?: string;
  /** What runs inside this part's own tunnel, where one connection carries several (HTTP/2). */
  readonly inside?: InsideFacts;
}

/** What was recognised inside a tunnel. */
export interface InsideFacts {
  readonly protocol: string;
  readonly tls?: TlsFacts;
}

export interface HttpFacts {
  readonly parts: readonly HttpPart[];
  /** Parts beyond the cap, counted only. */
  readonly moreParts: number;
  /** What runs inside a CONNECT tunnel, after an upgrade or as requests (`grpc`), when it was recognised. */
  readonly inner?: string;
}
