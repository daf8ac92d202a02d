/** What watched a scope: egret's own proxy, packets, or both. Filled as sources are opened and as they end. */
import type { SourceObservation } from './observation.ts';

export class Witnesses {
  private readonly proxies = new Set<number>();
  private readonly captures = new Set<number>();
  /** Packets were captured beside the proxy, or without one. */
  sawPackets = false;
  /** Packets are read when the proxy has told all: a file beside a recording. */
  isLate = false;

  opened(source: number, isProxy: boolean): void {
    (isProxy ? this.proxies : this.captures).add(source);
  }

  ended({ from: [source], packets }: SourceObservation): void {
    if (packets > 0 && this.captures.has(source)) this.sawPackets = true;
  }

  isProxy(source: number): boolean {
    return this.proxies.has(source);
  }

  /** Packets and egret's proxy watched the same. */
  get isBoth(): boolean {
    return this.proxies.size > 0 && (this.isLate || this.captures.size > 0);
  }
}
