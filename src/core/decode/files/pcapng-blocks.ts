/** Block types and option codes of pcapng (draft-ietf-opsawg-pcapng) that egret reads, writes or passes over on purpose. */

export const SECTION = 0x0a0d0d0a;
export const BYTE_ORDER = 0x1a2b3c4d;
export const INTERFACE = 1;
export const OBSOLETE_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const STATISTICS = 5;
export const ENHANCED_PACKET = 6;
/** Apple's process event block: who owned the packets that name it. */
export const DARWIN_PROCESS = 0x80000001;

/** Blocks whose content egret reads; all others are passed over without being held. */
export const READ_BLOCKS: ReadonlySet<number> = new Set([SECTION, INTERFACE, OBSOLETE_PACKET, SIMPLE_PACKET, STATISTICS, ENHANCED_PACKET, DARWIN_PROCESS]);

/**
 * Known blocks that are left alone: name resolution (reverse names never count), the systemd journal, decryption
 * secrets (egret never decrypts), custom blocks.
 */
export const PASSED_OVER: ReadonlySet<number> = new Set([4, 9, 10, 0x0bad, 0x40000bad]);

export const OPTION_IF_NAME = 2;
export const OPTION_IF_TSRESOL = 9;
export const OPTION_IF_TSOFFSET = 14;
export const OPTION_EPB_DROPCOUNT = 4;
export const OPTION_EPB_PROCESS = 0x8001;
export const OPTION_ISB_IFDROP = 5;
export const OPTION_ISB_OSDROP = 7;
export const OPTION_PROCESS_NAME = 2;

/** Type, length, length again: no block is shorter. */
export const SMALLEST_BLOCK = 12;
