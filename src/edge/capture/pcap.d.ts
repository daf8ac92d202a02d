/** The npm package `pcap`, which comes without types: what egret uses of it. Present only where the user has installed it. */
declare module 'pcap' {
  import type { EventEmitter } from 'node:events';

  export interface PcapOptions {
    readonly snap_length: number;
    /** In bytes. */
    readonly buffer_size: number;
    /** In ms. */
    readonly buffer_timeout: number;
    readonly promiscuous: boolean;
  }

  /** One buffer and one header for all packets: valid inside the call only. */
  export interface PcapPacket {
    readonly buf: Buffer;
    /** Seconds, microseconds, captured and wire length, in the machine's own byte order: a record of a pcap file. */
    readonly header: Buffer;
  }

  export interface PcapSession extends EventEmitter {
    readonly link_type: string;
    on(event: 'packet', listener: (packet: PcapPacket) => void): this;
    stats(): { readonly ps_recv: number; readonly ps_drop: number; readonly ps_ifdrop: number };
    /** Only asks for the end: it comes with the next read, which waits for a packet. */
    close(): void;
    /** The native part. */
    readonly session: { readonly read_callback?: () => void };
  }

  export interface Pcap {
    warningHandler: (text: string) => void;
    createSession(device: string, options: PcapOptions): PcapSession;
  }

  const pcap: Pcap;
  export default pcap;
}
