/**
 * Protocols of binary messages that turn to TLS: PostgreSQL, MySQL, LDAP, RDP.
 * Each reads only the messages that ask for TLS and grant it, and gives up as
 * soon as the protocol goes on in clear.
 */
import type { Recognition, Side } from '../session.ts';
import type { Dialogue, Grammar } from './dialogue.ts';
import { LdapDialogue, recogniseLdap } from './ldap.ts';
import { MysqlDialogue, recogniseMysql } from './mysql.ts';
import { PostgresDialogue, recognisePostgres } from './postgresql.ts';

/** RDP (MS-RDPBCGR §2.2.1.1, §2.2.1.2): a negotiation in the first X.224 request and its confirmation. */
class RdpDialogue implements Dialogue {
  read(side: Side, data: Uint8Array): number | 'over' | undefined {
    const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
    if (side === 'up') return data[5] === X224_REQUEST ? undefined : 'over';
    const negotiated = length === 19 && data.length >= 19 && data[5] === X224_CONFIRM && data[11] === RDP_RESPONSE;
    return negotiated && (data[15] ?? 0) !== 0 ? length : 'over';
  }
}

/** TPKT header (RFC 2126 §4.3) with an X.224 connection request or confirmation. */
function recogniseRdp(data: Uint8Array): Recognition {
  if (data.length < 6) return data.length === 0 || (data[0] === 3 && (data[1] ?? 0) === 0) ? 'more' : 'no';
  const length = ((data[2] ?? 0) << 8) | (data[3] ?? 0);
  if (data[0] !== 3 || data[1] !== 0 || length < 11 || length > 600 || (data[4] ?? 0) !== length - 5) return 'no';
  return data[5] === X224_REQUEST ? 'client' : data[5] === X224_CONFIRM ? 'server' : 'no';
}

export const BINARY_GRAMMARS: readonly Grammar[] = [
  { protocol: 'postgresql', recognise: recognisePostgres, open: () => new PostgresDialogue() },
  { protocol: 'mysql', recognise: recogniseMysql, open: () => new MysqlDialogue() },
  { protocol: 'ldap', recognise: recogniseLdap, open: () => new LdapDialogue() },
  { protocol: 'rdp', recognise: recogniseRdp, open: () => new RdpDialogue() },
];

const X224_REQUEST = 0xe0;
const X224_CONFIRM = 0xd0;
const RDP_RESPONSE = 2;
