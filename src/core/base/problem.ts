/**
 * Bytes that make no sense are a value, never an exception: what was decoded
 * before them is kept, nothing after them is trusted, and the count ends up in
 * the report's blind spots. The union is closed so that every code has a text.
 */
export type ProblemCode = keyof typeof PROBLEMS;

/** One place where bytes could not be understood. */
export interface Problem {
  readonly code: ProblemCode;
  /** Byte offset in the file, message or packet that the code speaks of. */
  readonly offset?: number;
  readonly detail?: string;
}

/** What each code means to the reader of a report, and which needs (design §6) it takes away from claims. */
export const PROBLEMS = {
  'file-cut': { text: 'the capture file ends in the middle of a record', lowers: ['end-covered', 'wire-complete'] },
  'file-damaged': { text: 'a record of the capture file makes no sense; nothing after it could be read', lowers: ['end-covered', 'wire-complete'] },
  'block-damaged': { text: 'a block of the capture file makes no sense and was skipped', lowers: ['wire-complete'] },
  'block-unknown': { text: 'blocks of an unknown type were skipped', lowers: [] },
  'link-unknown': { text: 'frames of a link type that egret does not read', lowers: ['wire-complete'] },
  'frame-snapped': { text: 'frames were captured in part (snap length)', lowers: [] },
  'wifi-unread': { text: 'Wi-Fi frames whose content is encrypted, in pieces or several packets in one', lowers: ['wire-complete', 'names-complete'] },
  'packet-damaged': { text: 'packets whose headers make no sense', lowers: ['wire-complete'] },
  'fragment-incomplete': { text: 'IP fragments whose other parts are missing', lowers: ['wire-complete'] },
  'fragment-overlap': { text: 'IP fragments that overlap with different lengths', lowers: ['wire-complete'] },
  'fragment-cap': { text: 'IP fragments dropped because too many datagrams were open', lowers: ['wire-complete', 'names-complete'] },
  'tunnel-unread': { text: 'packets of tunnels whose content egret does not read', lowers: ['names-complete', 'protocols-known'] },
  'flow-cap': { text: 'packets not followed because the flow table was full', lowers: ['wire-complete', 'names-complete', 'bytes-complete', 'scope-known'] },
  'stream-gap': { text: 'flows with bytes missing before they were understood', lowers: ['names-complete'] },
  'stream-cap': { text: 'flows whose first bytes exceeded the reassembly limit', lowers: ['names-complete'] },
  'stream-overlap': { text: 'flows with overlapping segments that carry different bytes', lowers: ['names-complete'] },
  'dns-damaged': { text: 'DNS messages that make no sense', lowers: ['names-complete', 'protocols-known'] },
  'dns-unasked': { text: 'DNS answers to questions that nobody was seen to ask: they name no address', lowers: [] },
  'dns-cap': { text: 'DNS answers forgotten because too many names were alive', lowers: ['names-complete'] },
  'tls-damaged': { text: 'TLS handshakes that make no sense', lowers: ['names-complete', 'protocols-known'] },
  'tls-cap': { text: 'TLS handshakes longer than the limit', lowers: ['names-complete', 'protocols-known'] },
  'dtls-damaged': { text: 'DTLS handshakes that make no sense', lowers: ['names-complete', 'protocols-known'] },
  'dtls-cap': { text: 'DTLS handshakes longer than the limit', lowers: ['names-complete', 'protocols-known'] },
  'stun-damaged': { text: 'STUN or TURN messages that make no sense', lowers: ['names-complete', 'protocols-known'] },
  'http-damaged': { text: 'HTTP heads that make no sense', lowers: ['names-complete'] },
  'http-cap': { text: 'HTTP heads, or destinations of one HTTP connection, beyond the limit', lowers: ['names-complete'] },
  'quic-unread': { text: 'QUIC connections whose hello could not be read: begun before the capture, cut, or of a version that egret only names', lowers: ['names-complete', 'protocols-known'] },
  'quic-damaged': { text: 'QUIC Initial packets that do not open or make no sense', lowers: ['names-complete', 'protocols-known'] },
  'quic-cap': { text: 'QUIC connections with more or longer Initial packets than the limit', lowers: ['names-complete', 'protocols-known'] },
  'proxy-only': { text: 'only what went through the proxy was seen: programs that ignore it, and QUIC and other UDP, are invisible', lowers: ['wire-complete'] },
  'capture-unarmed': { text: 'nothing proves that packets were captured from before the app started', lowers: ['start-covered', 'wire-complete'] },
  'capture-undrained': { text: 'nothing proves that the last packets of the run were captured', lowers: ['end-covered', 'wire-complete'] },
  'capture-ended': { text: 'the capture of packets ended before the run did', lowers: ['end-covered', 'wire-complete', 'names-complete'] },
  'capture-uncounted': { text: 'the capture program did not say how many packets it lost', lowers: ['wire-complete'] },
  'capture-partial': { text: 'packets of one interface only: what left by another was not seen', lowers: ['wire-complete'] },
  'capture-lossy': { text: 'packets that the capture program lost while the run went on', lowers: ['wire-complete'] },
  'capture-outlived': { text: 'programs that the app may have started and that were there still when the run ended: what they did afterwards was not seen', lowers: ['end-covered'] },
  'flows-of-others': { text: 'captured connections of other programs, or from before the app was started, that were left out', lowers: ['scope-known'] },
  'capture-ownerless': { text: 'captured connections whose program is not known: another program of the machine may have made them', lowers: ['process-complete'] },
  'proxy-cap': { text: 'connections to the proxy dropped because too many were open', lowers: ['wire-complete'] },
  'run-unended': { text: 'the run did not end by itself: egret was ended while it went on, or could not write its bundle to the end', lowers: ['end-covered', 'wire-complete', 'bytes-complete'] },
  'bundle-stopped': { text: 'the bundle could not be written to its end: it holds less than this report', lowers: [] },
  'parts-removed': { text: 'parts of the bundle are missing: older ones were taken away as newer ones came, or somebody removed them', lowers: ['start-covered', 'wire-complete', 'bytes-complete'] },
  'owner-unknown': { text: 'connections to the proxy whose process was not found: it had gone, is another user\'s or on another machine, or this system is not Linux', lowers: [] },
  'record-unknown': { text: 'recording lines of an unknown kind were skipped', lowers: ['wire-complete'] },
  'record-damaged': { text: 'recording lines that make no sense were skipped', lowers: ['wire-complete'] },
  'destination-cap': { text: 'destinations folded by registrable domain or network because there were too many', lowers: [] },
} as const;
