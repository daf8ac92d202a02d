/** What `decide` is asked about: one destination under the circumstances of its opening. Proxy and judge build the same. */
import type { AddressClass } from '../base/address.ts';
import type { Transport } from '../base/transport.ts';

export interface Asked {
  /** Seen form; undefined for a nameless destination. */
  readonly name?: string;
  readonly address: string;
  readonly addressClass: AddressClass;
  readonly port: number;
  readonly transport: Transport;
  /** As the decoder saw it: `tls`, `http`, `dns`, `unknown`, … */
  readonly protocol: string;
  readonly component?: string;
  /** Features stated to be on; undefined: unknown. Unknown is not off (design §5). */
  readonly features?: ReadonlySet<string>;
  /** Phases at opening (2 s grace included); undefined: no marks. */
  readonly phases?: ReadonlySet<string>;
  /** Phases among them that hold only by the grace, or end or begin within it: neither their presence nor their absence accuses. */
  readonly phaseEdges?: ReadonlySet<string>;
  /** CNAME targets of the name that the scope saw resolved; only the telemetry catalogue is asked about them. */
  readonly aliases?: readonly string[];
}
