/** The words for ICMP errors that end an attempt: type and code of the family, as RFC 792, RFC 1812 §5.2.7.1 and RFC 4443 §3 name them. */

/** `3/13 (administratively prohibited)`; the bare numbers where they mean nothing in particular. */
export function icmpReason(error: string, isIpv6: boolean): string {
  const reason = (isIpv6 ? REASONS_6 : REASONS_4)[error];
  return reason === undefined ? error : `${error} (${reason})`;
}

const REASONS_4: Readonly<Record<string, string>> = {
  '3/0': 'network unreachable',
  '3/1': 'host unreachable',
  '3/2': 'protocol unreachable',
  '3/3': 'port unreachable',
  '3/5': 'source route failed',
  '3/6': 'network unknown',
  '3/7': 'host unknown',
  '3/9': 'network administratively prohibited',
  '3/10': 'host administratively prohibited',
  '3/11': 'network unreachable for this service',
  '3/12': 'host unreachable for this service',
  '3/13': 'administratively prohibited',
  '3/14': 'precedence violation',
  '3/15': 'precedence cut off',
  '11/0': 'hop limit exceeded',
};
const REASONS_6: Readonly<Record<string, string>> = {
  '1/0': 'no route',
  '1/1': 'administratively prohibited',
  '1/2': 'beyond scope of source address',
  '1/3': 'address unreachable',
  '1/4': 'port unreachable',
  '1/5': 'source address failed policy',
  '1/6': 'route rejected',
  '3/0': 'hop limit exceeded',
};
