/** Names of DNS record types and response codes, by IANA's registry "Domain Name System (DNS) Parameters". */

/** `A`, `HTTPS`, …; `TYPEn` (RFC 3597 §5) for a number without a name here. */
export function typeName(type: number): string {
  return TYPES[type] ?? `TYPE${type}`;
}

export function isNamedType(type: number): boolean {
  return TYPES[type] !== undefined;
}

/** `NOERROR`, `NXDOMAIN`, …, extended ones included (RFC 6891 §6.1.3); `RCODEn` for a number without a name. */
export function rcodeName(rcode: number): string {
  return RCODES[rcode] ?? `RCODE${rcode}`;
}

/** `NOTIFY`, `UPDATE`, …: what a message other than a query asks (RFC 1996, RFC 2136); `OPCODEn` for a number without a name. */
export function opcodeName(opcode: number): string {
  return OPCODES[opcode] ?? `OPCODE${opcode}`;
}

/** Classes other than IN, before the type that is asked in them: `CH TXT`; `CLASSn` (RFC 3597 §5) for a number without a name. */
export function className(klass: number): string {
  return CLASSES[klass] ?? `CLASS${klass}`;
}

export const CLASS_IN = 1;
export const TYPE_A = 1;
export const TYPE_CNAME = 5;
export const TYPE_AAAA = 28;
export const TYPE_DNAME = 39;
export const TYPE_OPT = 41;
export const TYPE_SVCB = 64;
export const TYPE_HTTPS = 65;
export const TYPE_IXFR = 251;
export const TYPE_AXFR = 252;

const OPCODES: Readonly<Record<number, string>> = { 1: 'IQUERY', 2: 'STATUS', 4: 'NOTIFY', 5: 'UPDATE', 6: 'DSO' };
const CLASSES: Readonly<Record<number, string>> = { 3: 'CH', 4: 'HS', 254: 'NONE', 255: 'ANY' };

const TYPES: Readonly<Record<number, string>> = {
  1: 'A', 2: 'NS', 5: 'CNAME', 6: 'SOA', 10: 'NULL', 11: 'WKS', 12: 'PTR', 13: 'HINFO', 15: 'MX', 16: 'TXT', 17: 'RP', 18: 'AFSDB',
  24: 'SIG', 25: 'KEY', 28: 'AAAA', 29: 'LOC', 33: 'SRV', 35: 'NAPTR', 36: 'KX', 37: 'CERT', 39: 'DNAME', 41: 'OPT', 42: 'APL', 43: 'DS',
  44: 'SSHFP', 45: 'IPSECKEY', 46: 'RRSIG', 47: 'NSEC', 48: 'DNSKEY', 49: 'DHCID', 50: 'NSEC3', 51: 'NSEC3PARAM', 52: 'TLSA', 53: 'SMIMEA',
  55: 'HIP', 59: 'CDS', 60: 'CDNSKEY', 61: 'OPENPGPKEY', 62: 'CSYNC', 63: 'ZONEMD', 64: 'SVCB', 65: 'HTTPS', 99: 'SPF', 108: 'EUI48',
  109: 'EUI64', 249: 'TKEY', 250: 'TSIG', 251: 'IXFR', 252: 'AXFR', 255: 'ANY', 256: 'URI', 257: 'CAA',
};

const RCODES: Readonly<Record<number, string>> = {
  0: 'NOERROR', 1: 'FORMERR', 2: 'SERVFAIL', 3: 'NXDOMAIN', 4: 'NOTIMP', 5: 'REFUSED', 6: 'YXDOMAIN', 7: 'YXRRSET', 8: 'NXRRSET',
  9: 'NOTAUTH', 10: 'NOTZONE', 11: 'DSOTYPENI', 16: 'BADVERS', 17: 'BADKEY', 18: 'BADTIME', 19: 'BADMODE', 20: 'BADNAME', 21: 'BADALG',
  22: 'BADTRUNC', 23: 'BADCOOKIE',
};
