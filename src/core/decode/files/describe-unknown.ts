/**
 * For a file that egret cannot read: says in the user's words what its first
 * bytes look like, so that the error names the mistake. A guess for people;
 * nothing is decided by it.
 */
import { latin1, toHex } from '../../base/bytes.ts';

/** What egret reads, for the help line under such an error. */
export const READABLE_FORMATS = 'egret reads pcap and pcapng captures, plain or compressed with gzip, and its own recordings';

/** What `head` looks like, to stand after "looks like": `JSON`, `an HTML page`, `bytes that start 00 ff …`. */
export function describeUnknown(head: Uint8Array): string {
  const start = latin1(head, 0, Math.min(head.length, LOOKED_AT_LIMIT));
  for (const [sign, name] of SIGNATURES) if (start.startsWith(sign)) return name;
  if (isText(head)) return describeText(start.trimStart());
  return `bytes that start ${(toHex(head.subarray(0, SHOWN_LIMIT)).match(/../g) ?? []).join(' ')}`;
}

function describeText(start: string): string {
  if (/^[{[]/.test(start)) return 'JSON';
  if (/^<(?:!doctype html|html)/i.test(start)) return 'an HTML page';
  if (start.startsWith('<')) return 'XML';
  if (start.startsWith('#separator')) return 'a Zeek log';
  if (/^egret:|^---/.test(start)) return 'YAML';
  if (/^\d+:\d+:\d+\.\d+ (?:IP6?|ARP) /.test(start)) return 'the printed output of tcpdump (record with -w FILE instead)';
  return 'text';
}

function isText(head: Uint8Array): boolean {
  return head.length > 0 && head.subarray(0, LOOKED_AT_LIMIT).every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

const LOOKED_AT_LIMIT = 256;
const SHOWN_LIMIT = 8;

const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\u001f\u008b', 'gzip data inside gzip data'],
  ['PK\u0003\u0004', 'a zip archive'],
  ['\u007fELF', 'a Linux program (ELF)'],
  ['MZ', 'a Windows program'],
  ['\u00cf\u00fa\u00ed\u00fe', 'a macOS program'],
  ['\u0028\u00b5\u002f\u00fd', 'zstd data (decompress it first)'],
  ['\u00fd7zXZ', 'xz data (decompress it first)'],
  ['BZh', 'bzip2 data (decompress it first)'],
  ['\u0004\u0022\u004d\u0018', 'lz4 data (decompress it first)'],
  ['7z\u00bc\u00af', 'a 7-Zip archive'],
  ['snoop\u0000', 'a Solaris snoop capture (convert it: editcap IN OUT.pcapng)'],
  ['GMBU', 'a Microsoft Network Monitor capture (convert it: editcap IN OUT.pcapng)'],
  ['\u00ef\u00bb\u00bf', 'text with a byte-order mark'],
  ['%PDF', 'a PDF document'],
  ['\u0089PNG', 'a PNG picture'],
  ['SQLite format 3', 'an SQLite database'],
  ['PAR1', 'a Parquet file'],
];
