/** STUN methods and attributes: the IANA registry "STUN Parameters", 2026-01. */

export const METHOD = { binding: 1, allocate: 3, refresh: 4, send: 6, data: 7, createPermission: 8, channelBind: 9, connectionBind: 0xb } as const;

/** RFC 8489 §18.2, RFC 8656 §18, RFC 6062 §6.1, RFC 5780 has none of its own. */
export const METHODS: ReadonlyMap<number, string> = new Map([
  [METHOD.binding, 'binding'],
  [0x002, 'shared-secret'],
  [METHOD.allocate, 'allocate'],
  [METHOD.refresh, 'refresh'],
  [METHOD.send, 'send'],
  [METHOD.data, 'data'],
  [METHOD.createPermission, 'create-permission'],
  [METHOD.channelBind, 'channel-bind'],
  [0x00a, 'connect'],
  [METHOD.connectionBind, 'connection-bind'],
  [0x00c, 'connection-attempt'],
  [0x080, 'goog-ping'],
]);

export const ATTRIBUTE = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  channelNumber: 0x000c,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  xorRelayedAddress: 0x0016,
  messageIntegritySha256: 0x001c,
  xorMappedAddress: 0x0020,
  useCandidate: 0x0025,
  software: 0x8022,
  fingerprint: 0x8028,
} as const;
