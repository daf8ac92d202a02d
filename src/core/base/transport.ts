/** What carries a flow: TCP, UDP, ICMP, or `ip` for any other IP protocol. */
export type Transport = 'tcp' | 'udp' | 'icmp' | 'ip';
