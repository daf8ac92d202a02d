/**
 * RTP and RTCP headers (RFC 3550 §5.1, §6.4) of a 5-tuple on which ICE or DTLS
 * made them likely: counts packets and sources, believes a source only once it
 * came twice. Two bits of version prove nothing, so nobody asks without that context.
 */
import { u16be, u32be } from '../numbers.ts';
import type { RtpFacts } from './media-facts.ts';
import type { Side } from './session.ts';

export class RtpCount {
  private readonly rtp = { up: 0, down: 0 };
  private readonly rtcp = { up: 0, down: 0 };
  /** Last sequence number by source. */
  private readonly sources = new Map<number, number>();
  private believed = 0;

  /** A datagram whose first byte is 128 to 191; false when it can be neither. */
  packet(side: Side, data: Uint8Array, control: boolean): boolean {
    if (control) {
      // RFC 3550 §6.4.1: the length counts 32-bit words less one, and SRTCP adds a tail behind.
      if (data.length < 8 || (u16be(data, 2) + 1) * 4 > data.length) return false;
      this.rtcp[side]++;
      return true;
    }
    if (data.length < RTP_HEADER) return false;
    this.rtp[side]++;
    this.source(u32be(data, 8), u16be(data, 2));
    return true;
  }

  facts(): RtpFacts | undefined {
    const { rtp, rtcp, believed } = this;
    if (believed === 0 && rtcp.up + rtcp.down === 0) return undefined;
    return { rtp: [rtp.up, rtp.down], rtcp: [rtcp.up, rtcp.down], sources: believed };
  }

  private source(id: number, sequence: number): void {
    const last = this.sources.get(id);
    if (last === undefined && this.sources.size >= SOURCE_CAP) return;
    this.sources.set(id, sequence);
    const ahead = (sequence - (last ?? sequence)) & 0xffff;
    // Counted at the second packet in order; a third one must not count again.
    if (last === undefined || this.counted.has(id) || ahead === 0 || ahead > NEAR) return;
    this.counted.add(id);
    this.believed++;
  }

  private readonly counted = new Set<number>();
}

const RTP_HEADER = 12;
/** RFC 3550 appendix A.1: a source whose sequence number jumps further is another one. */
const NEAR = 3000;
/** Sources followed on one 5-tuple: a conference bundles dozens. */
const SOURCE_CAP = 64;
