/** Header blocks of HTTP/2 (RFC 9113 §8.3) as the heads that HTTP/1 has, so that both make the same parts. Never reads a path or a secret. */
import { wireText } from '../../../base/wire-text.ts';
import { splitAuthority, type Authority } from '../http/authority.ts';
import { saysTheSame, type RequestHead } from '../http/head.ts';

/** Fields of one header block that egret reads, as {@link fieldsInto} collects them. */
export interface BlockFields {
  readonly authorities: string[];
  readonly hosts: string[];
  method?: string;
  protocol?: string;
  status?: string;
  grpc?: true;
  credentialScheme?: string;
}

/** Takes one field; repeated ones keep the first, of authorities a few. */
export function keepField(fields: BlockFields, name: string, value: string): void {
  switch (name) {
    case ':authority':
      if (fields.authorities.length < AUTHORITY_CAP) fields.authorities.push(value);
      break;
    case 'host':
      if (fields.hosts.length < AUTHORITY_CAP) fields.hosts.push(value);
      break;
    case ':method':
      fields.method ??= value;
      break;
    case ':protocol':
      fields.protocol ??= value;
      break;
    case ':status':
      fields.status ??= value;
      break;
    case 'content-type':
      if (value.toLowerCase().startsWith('application/grpc')) fields.grpc = true;
      break;
    case 'authorization':
    case 'proxy-authorization':
      fields.credentialScheme ??= value;
      break;
    default:
  }
}

/** The request of a block; undefined when it has no sound method. Extended CONNECT (RFC 8441) asks the server itself for another protocol. */
export function requestOf(fields: BlockFields): RequestHead | undefined {
  const { method, protocol } = fields;
  if (method === undefined || !METHOD.test(method)) return undefined;
  const form = method === 'CONNECT' && protocol === undefined ? 'authority' : 'origin';
  const asked: Authority[] = [];
  // §8.3.1: :authority goes before Host, which should say the same.
  for (const text of [...fields.authorities, ...(form === 'authority' ? [] : fields.hosts)]) {
    const named = splitAuthority(text);
    if (text !== '' && !asked.some((other) => saysTheSame(other, named))) asked.push(named);
  }
  const credentialScheme = fields.credentialScheme ?? (asked.some(({ userInfo }) => userInfo === true) ? 'userinfo' : undefined);
  const damage = asked.length > 1 ? 'conflicting authorities' : asked.some(({ sound }) => !sound) ? 'authority out of grammar' : form === 'authority' && asked[0]?.port === undefined ? 'CONNECT without a port' : undefined;
  return {
    method,
    form,
    asked,
    body: 0,
    ...(protocol === undefined ? {} : { upgrade: wireText(protocol) }),
    ...(credentialScheme === undefined ? {} : { credentialScheme }),
    ...(damage === undefined ? {} : { damage }),
  };
}

/** Status of a response block; undefined for trailers and for what is no number. */
export function statusOf({ status }: BlockFields): number | undefined {
  return status !== undefined && /^[1-9]\d\d$/.test(status) ? Number(status) : undefined;
}

const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}$/;
/** One is legal; a second and third show the conflict. */
const AUTHORITY_CAP = 3;
