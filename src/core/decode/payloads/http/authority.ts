/** The authority component of a request target or a Host field (RFC 3986 §3.2, RFC 9110 §7.2), as a stranger wrote it. */
import { wireText, type WireText } from '../../../base/wire-text.ts';

export interface Authority {
  /** Without brackets and port, case as written. When the text is not sound: all of it but the user information. */
  readonly host: WireText;
  readonly port?: number;
  /** Whether the text follows the grammar; hostile bytes and second readings make it unsound, never an error. */
  readonly sound: boolean;
  /** User information was there, which may hold a password or a token; an anonymous user's is none. */
  readonly userInfo?: true;
}

/** Splits `host:port`, `[v6]:port` or a bare host. User information, which may hold a password, is dropped. An empty port is none. */
export function splitAuthority(text: string): Authority {
  const userEnd = text.lastIndexOf('@');
  const own = text.slice(userEnd + 1);
  const cut = own.slice(0, HOST_CAP);
  const match = AUTHORITY.exec(own);
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] ?? '';
  const user = text.slice(0, Math.max(0, userEnd));
  const userInfo = user === '' || ANONYMOUS.test(user) ? {} : { userInfo: true as const };
  if (host === undefined || own.length > HOST_CAP || Number(port) > MAX_PORT || !USER.test(user)) return { host: wireText(cut), sound: false, ...userInfo };
  return { host: wireText(host), ...(port === '' ? {} : { port: Number(port) }), sound: true, ...userInfo };
}

/** [1] address in brackets, [2] name or IPv4 address, [3] port. A bare IPv6 address does not fit: its last group could be a port. */
const AUTHORITY = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._~!$&'()*+,;=%-]+))(?::(\d{0,5}))?$/;
/** User information (RFC 3986 §3.2.1). A backslash or second `@` in it makes readers find different hosts. */
const USER = /^[A-Za-z0-9._~!$&'()*+,;=:%-]*$/;
/** RFC 1635: any password goes with it. */
const ANONYMOUS = /^(?:anonymous|ftp)(?::|$)/i;
const MAX_PORT = 65_535;
/** Twice the longest host name (RFC 1035 §2.3.4), so that a name too long is still seen to be one. */
export const HOST_CAP = 512;
