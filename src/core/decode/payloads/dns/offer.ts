/** Whether a hello asks for DNS inside: by its ALPN list, on whatever port. */

/** `dot` (RFC 7858 §3.2 as registered), `doq` (RFC 9250 §4.1.1) or its drafts, and nothing else, is offered. */
export function offersOnlyDns(alpn: readonly string[]): boolean {
  return alpn.length > 0 && alpn.every((offer) => DNS_OFFER.test(offer));
}

const DNS_OFFER = /^(?:dot|doq)(?:-|$)/;
