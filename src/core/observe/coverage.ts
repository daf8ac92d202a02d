/** Counts what was looked at while connections and lookups pass, so that no report says "nothing found" alone (design §6). */
import { offersOnlyDns } from '../decode/payloads/dns/offer.ts';
import type { Connection, Confidence } from './connection.ts';
import type { SourceObservation } from './observation.ts';

/** What was looked at, so that "nothing found" is never said alone. */
export interface Coverage {
  readonly connections: number;
  /** Connections that ought to have a name: not loopback, link or LAN traffic, not to a resolver. */
  readonly nameable: number;
  /** Those of them with a name of medium confidence or better. */
  readonly named: number;
  /** Lookups were seen in clear. */
  readonly dnsClear: boolean;
  /** Connections to known encrypted resolvers. */
  readonly dnsEncrypted: number;
  readonly tls: number;
  /** TLS connections whose certificates TLS 1.3 hides, or that were resumed. */
  readonly certificatesHidden: number;
  readonly midStream: number;
  readonly duplicates: number;
  /** Lost by the capturing system; undefined when the files do not say. */
  readonly dropped?: number;
  readonly processesKnown: number;
  /** Captured flows and lookups that belong to tunnels of egret's proxy, and were counted with them. Absent: none. */
  readonly joined?: { readonly flows: number; readonly lookups: number };
  readonly confidence: Readonly<Record<Confidence, number>>;
}

export interface BlindSpot {
  readonly code: string;
  readonly count: number;
  readonly text: string;
  /** Needs of claims that it takes away. */
  readonly lowers: readonly string[];
}

export class CoverageCount {
  private connections = 0;
  private nameable = 0;
  private named = 0;
  private dnsEncrypted = 0;
  private tls = 0;
  private certificatesHidden = 0;
  private midStream = 0;
  private duplicates = 0;
  private dropped: number | undefined;
  private processesKnown = 0;
  private lookups = 0;
  private joinedFlows = 0;
  private joinedLookups = 0;
  private readonly confidence: Record<Confidence, number> = { high: 0, medium: 0, low: 0 };
  private readonly isResolver: (name: string | undefined, address: string) => boolean;

  /** `isResolver` knows the public encrypted resolvers by name and address. */
  constructor(isResolver: (name: string | undefined, address: string) => boolean) {
    this.isResolver = isResolver;
  }

  connection(connection: Connection): void {
    this.connections++;
    this.confidence[connection.confidence]++;
    if (isNameable(connection)) {
      this.nameable++;
      if (connection.names.length > 0 && connection.confidence !== 'low') this.named++;
    }
    if (connection.component !== undefined || connection.process !== undefined) this.processesKnown++;
    if (connection.tls === undefined) return;
    this.tls++;
    if (connection.tls.chain === undefined) this.certificatesHidden++;
    if (connection.to.port === 853 || offersOnlyDns(connection.tls.hello?.alpn ?? []) || this.isResolver(connection.names[0]?.name, connection.to.address)) this.dnsEncrypted++;
  }

  lookup(): void {
    this.lookups++;
  }

  joined(what: 'flow' | 'lookup'): void {
    if (what === 'flow') this.joinedFlows++;
    else this.joinedLookups++;
  }

  source(source: SourceObservation): void {
    this.midStream += source.midStream;
    this.duplicates += source.duplicates;
    if (source.dropped !== undefined) this.dropped = (this.dropped ?? 0) + source.dropped;
  }

  result(): Coverage {
    return {
      connections: this.connections,
      nameable: this.nameable,
      named: this.named,
      // Those of egret's proxy were captured as well: the capture has where names are asked.
      dnsClear: this.lookups + this.joinedLookups > 0,
      dnsEncrypted: this.dnsEncrypted,
      tls: this.tls,
      certificatesHidden: this.certificatesHidden,
      midStream: this.midStream,
      duplicates: this.duplicates,
      ...(this.dropped === undefined ? {} : { dropped: this.dropped }),
      processesKnown: this.processesKnown,
      ...(this.joinedFlows + this.joinedLookups === 0 ? {} : { joined: { flows: this.joinedFlows, lookups: this.joinedLookups } }),
      confidence: { ...this.confidence },
    };
  }
}

/** Resolvers, ICE peers, those on the link and loopback are known by address; everything else is somebody's host. */
function isNameable(connection: Connection): boolean {
  return connection.addressClass === 'public' && connection.protocol !== 'dns' && connection.transport !== 'icmp' && connection.media?.stun?.ice?.since === undefined;
}
