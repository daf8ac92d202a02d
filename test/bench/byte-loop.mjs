// The least that reading a capture into flows can cost in Node: the file in 1 MiB chunks, each record's 5-tuple into an
// open-addressing table on typed arrays, packets and bytes counted. Decodes no payload, keeps no time, judges nothing.
// `node test/bench/byte-loop.mjs FILE` prints the counts as JSON. Little-endian microsecond pcap of Ethernet only.
import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 20;
const RECORD = 16;
const KEY = 9;

let capacity = 1 << 12;
let keys = new Uint32Array(capacity * KEY);
let packetsOf = new Uint32Array(capacity);
let bytesOf = new Float64Array(capacity);
let hashes = new Uint32Array(capacity);
let index = new Int32Array(capacity * 2);
let mask = capacity * 2 - 1;
let flows = 0;
let packets = 0;
let other = 0;
const key = new Uint32Array(KEY);

const file = openSync(process.argv[2], 'r');
const buffer = new Uint8Array(CHUNK * 2);
let held = 0;
let isFirst = true;
for (;;) {
  const got = readSync(file, buffer, held, CHUNK, null);
  if (got === 0) break;
  const end = held + got;
  let at = isFirst ? 24 : 0;
  isFirst = false;
  while (end - at >= RECORD) {
    const length = buffer[at + 8] | (buffer[at + 9] << 8) | (buffer[at + 10] << 16) | (buffer[at + 11] << 24);
    if (length < 0 || length > CHUNK / 2) throw new Error(`record of ${length} bytes`);
    if (end - at < RECORD + length) break;
    count(at + RECORD, length);
    at += RECORD + length;
  }
  buffer.copyWithin(0, at, end);
  held = end - at;
}
closeSync(file);
let bytes = 0;
for (let slot = 0; slot < flows; slot++) bytes += bytesOf[slot];
console.log(JSON.stringify({ packets, flows, other, bytes }));

function count(start, length) {
  packets++;
  const type = (buffer[start + 12] << 8) | buffer[start + 13];
  let at = start + 14;
  let protocol = 0;
  if (type === 0x0800 && length >= 34) {
    protocol = buffer[at + 9];
    key[0] = key[1] = key[2] = key[4] = key[5] = key[6] = 0;
    key[3] = u32(at + 12);
    key[7] = u32(at + 16);
    at += (buffer[at] & 15) * 4;
  } else if (type === 0x86dd && length >= 54) {
    protocol = buffer[at + 6];
    for (let word = 0; word < 8; word++) key[word] = u32(at + 8 + word * 4);
    at += 40;
  }
  if ((protocol !== 6 && protocol !== 17) || at + 4 > start + length) {
    other++;
    return;
  }
  const from = (buffer[at] << 8) | buffer[at + 1];
  const to = (buffer[at + 2] << 8) | buffer[at + 3];
  const slot = find(from, to, protocol);
  packetsOf[slot]++;
  bytesOf[slot] += length;
}

function u32(at) {
  return ((buffer[at] << 24) | (buffer[at + 1] << 16) | (buffer[at + 2] << 8) | buffer[at + 3]) >>> 0;
}

function find(from, to, protocol) {
  const ports = ((from << 16) | to) >>> 0;
  const turned = ((to << 16) | from) >>> 0;
  const hash = (mix(key[0] ^ key[1] ^ key[2], key[3], from) + mix(key[4] ^ key[5] ^ key[6], key[7], to) + protocol) >>> 0;
  let at = hash & mask;
  for (; index[at] !== 0; at = (at + 1) & mask) {
    const slot = index[at] - 1;
    if (hashes[slot] === hash && matches(slot * KEY, ports, turned)) return slot;
  }
  if (flows === capacity) {
    grow();
    at = hash & mask;
    while (index[at] !== 0) at = (at + 1) & mask;
  }
  keys.set(key, flows * KEY);
  keys[flows * KEY + 8] = ports;
  hashes[flows] = hash;
  index[at] = ++flows;
  return flows - 1;
}

function matches(base, ports, turned) {
  const seen = keys[base + 8];
  if (seen === ports && keys[base + 3] === key[3] && keys[base + 7] === key[7] && keys[base + 2] === key[2] && keys[base + 6] === key[6] &&
    keys[base + 1] === key[1] && keys[base + 5] === key[5] && keys[base] === key[0] && keys[base + 4] === key[4]) return true;
  return seen === turned && keys[base + 3] === key[7] && keys[base + 7] === key[3] && keys[base + 2] === key[6] && keys[base + 6] === key[2] &&
    keys[base + 1] === key[5] && keys[base + 5] === key[1] && keys[base] === key[4] && keys[base + 4] === key[0];
}

function mix(high, low, port) {
  let hash = Math.imul(low ^ high, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ port, 0x85ebca77);
  return hash ^ (hash >>> 13);
}

function grow() {
  capacity *= 2;
  keys = copied(keys, new Uint32Array(capacity * KEY));
  packetsOf = copied(packetsOf, new Uint32Array(capacity));
  bytesOf = copied(bytesOf, new Float64Array(capacity));
  hashes = copied(hashes, new Uint32Array(capacity));
  index = new Int32Array(capacity * 2);
  mask = capacity * 2 - 1;
  for (let slot = 0; slot < flows; slot++) {
    let at = hashes[slot] & mask;
    while (index[at] !== 0) at = (at + 1) & mask;
    index[at] = slot + 1;
  }
}

function copied(from, into) {
  into.set(from);
  return into;
}
