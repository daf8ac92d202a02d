/**
 * Host names in normal form: lower case, A-labels, no trailing dot
 * (design §5). Labels with bytes outside the host alphabet stay visible as
 * they were seen and are never equal to a policy host. Never `new URL()`,
 * which rewrites addresses and keeps trailing dots.
 */
import { domainToASCII, domainToUnicode } from 'node:url';
import { getDomain, getPublicSuffix, parse } from 'tldts';

/** Normal form of a name a person or a client wrote; undefined when it cannot be a host name. */
export function normalHost(text: string): string | undefined {
  const trimmed = text.endsWith('.') ? text.slice(0, -1) : text;
  const lower = trimmed.toLowerCase();
  if (PLAIN.test(lower)) return fits(lower) ? lower : undefined;
  if (!NOT_ASCII.test(lower)) return undefined;
  const ascii = domainToASCII(lower);
  return ascii !== '' && PLAIN.test(ascii) && fits(ascii) ? ascii : undefined;
}

/** Seen form of a name from the wire: lower case without the trailing dot; odd bytes are left in place. */
export function seenHost(text: string): string {
  if (isSeenForm(text)) return text;
  const lower = text.toLowerCase();
  return lower.length > 1 && lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** Nearly every name is in this form already; looking costs less than a copy. */
function isSeenForm(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return text.charCodeAt(text.length - 1) !== DOT;
}

/** The U-label form of a normal name when it differs, for display beside it. */
export function unicodeHost(host: string): string | undefined {
  if (!host.includes('xn--')) return undefined;
  const unicode = domainToUnicode(host);
  return unicode === '' || unicode === host ? undefined : unicode;
}

/** Whether `host` lies one or more labels below `parent`. */
export function isBelow(host: string, parent: string): boolean {
  return host.length > parent.length + 1 && host.endsWith(parent) && host.charCodeAt(host.length - parent.length - 1) === DOT;
}

/** The registrable domain (public suffix plus one label, multi-tenant suffixes counted), or undefined for none. */
export function registrableDomain(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: true }) ?? undefined;
}

/** Whether the name itself is a public suffix: `com`, `co.uk`; `tenant` for `github.io` and its like. */
export function suffixKind(host: string): 'public' | 'tenant' | undefined {
  if (getPublicSuffix(host, { allowPrivateDomains: true }) !== host) return undefined;
  const found = parse(host, { allowPrivateDomains: true });
  return found.isPrivate === true ? 'tenant' : 'public';
}

function fits(host: string): boolean {
  if (host.length > MAX_NAME) return false;
  let start = 0;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', start)) {
    if (dot - start > MAX_LABEL) return false;
    start = dot + 1;
  }
  return host.length - start <= MAX_LABEL;
}

const DOT = 46;
/** RFC 1035 §2.3.4. */
const MAX_NAME = 253;
const MAX_LABEL = 63;
/** Letters, digits, hyphen and underscore (seen in real service names), labels separated by single dots. */
const PLAIN = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*$/;
// oxlint-disable-next-line no-control-regex -- the ASCII range is what is meant
const NOT_ASCII = /[^\u0000-\u007f]/;
