/**
 * What an IP header says of what it carries: a reused cursor between the
 * network and the transport decoders. Indices point into the packet's bytes.
 */
export class IpPayload {
  /** Protocol of what stands at `start`. */
  protocol = 0;
  start = 0;
  /** End of the captured part. */
  end = 0;
  /** Length by the headers, never more than the frame carried. */
  length = 0;
  /** Fragment offset in bytes; 0 with `more` false for a whole datagram. */
  offset = 0;
  more = false;
  /** Identification that the fragments of a datagram share. */
  id = 0;
  /** The header claims more bytes than the frame had on the wire. */
  overlong = false;
}
