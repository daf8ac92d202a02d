/** Where a link layer says that the network packet stands: a reused cursor between the link and the network decoders. */
export class Network {
  kind: NetworkKind = NOT_IP;
  at = 0;
  /** For {@link WIFI_UNREAD}: what stands in the way. */
  why = '';
}

export type NetworkKind = 4 | 6 | typeof NOT_IP | typeof DAMAGED | typeof LINK_UNKNOWN | typeof UNREAD | typeof WIFI_UNREAD;

/** ARP, LLDP and the like: nothing to decode, nothing wrong. */
export const NOT_IP = 0;
/** The link header is cut or contradicts itself. */
export const DAMAGED = -1;
/** No decoder for this link type. */
export const LINK_UNKNOWN = -2;
/** A tunnel that carries something without a decoder. */
export const UNREAD = -3;
/** A Wi-Fi frame whose content is there and cannot be read. */
export const WIFI_UNREAD = -4;
