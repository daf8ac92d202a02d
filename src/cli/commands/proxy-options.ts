/** The proxy command's options as written, checked into typed ones; every mistake is collected, not the first. */
import { canonicalAddress, type Cidr, type Endpoint, parseCidr } from '../../core/base/address.ts';
import type { Mistake } from '../../core/base/errors.ts';

export interface RawLiveOptions {
  readonly enforce?: boolean;
  readonly events?: boolean;
  readonly quiet?: boolean;
  readonly screen?: boolean;
  readonly policy?: string;
}

export interface RawProxyOptions extends RawLiveOptions {
  readonly listen: string;
  readonly client?: readonly string[];
  readonly for?: string;
}

/** Where to listen: `ADDRESS:PORT`, `PORT`, `[V6]:PORT`. */
export function readListen(text: string, mistakes: Mistake[]): Endpoint {
  const [, host = '127.0.0.1', port = ''] = /^(?:(.+):)?(\d{1,5})$/.exec(text) ?? [];
  const address = host === 'localhost' ? '127.0.0.1' : canonicalAddress(host.replace(/^\[(.*)\]$/, '$1'));
  if (port === '' || Number(port) > MAX_PORT || address === undefined) {
    mistakes.push({ message: `--listen wants an address and a port, not "${text}"`, help: 'for example --listen 127.0.0.1:8888, --listen [::1]:8888, or port 0 for any free one' });
    return { address: '127.0.0.1', port: 0 };
  }
  return { address, port: Number(port) };
}

/** Networks whose clients are served besides this machine. */
export function readClients(items: readonly string[], mistakes: Mistake[]): readonly Cidr[] {
  return items.flatMap((text) => {
    const cidr = parseCidr(text);
    if (cidr === undefined) mistakes.push({ message: `--client wants an address or a network, not "${text}"`, help: 'for example --client 192.168.1.0/24' });
    return cidr ?? [];
  });
}

/** `90s`, `5m`, `2h` in ms; a bare number is seconds. */
export function readLength(text: string | undefined, mistakes: Mistake[]): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, unit = 's'] = /^(\d{1,7})([smh]?)$/.exec(text) ?? [];
  const length = Number(digits ?? 0) * (UNITS[unit === '' ? 's' : unit] ?? 0);
  if (length > 0 && length <= LENGTH_MAX) return length;
  mistakes.push({ message: `--for wants a length of time up to 24 days, not "${text}"`, help: 'for example --for 60s, --for 5m or --for 2h' });
  return undefined;
}

/** Mistakes of options that need a policy. */
export function enforceMistakes(raw: RawLiveOptions): readonly Mistake[] {
  return raw.enforce === true && raw.policy === undefined ? [{ message: '--enforce denies what a policy does not declare, and none was given', help: 'give --policy FILE' }] : [];
}

/** Mistakes in the user's own proxy variables, as the routes tell them. */
export function environmentMistakes(told: readonly string[]): readonly Mistake[] {
  return told.map((message) => ({ message: `the environment's ${message}`, help: 'correct or unset it: egret would otherwise go around the proxy that you use' }));
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const MAX_PORT = 65_535;
/** In ms: what a timer of Node can wait for. */
const LENGTH_MAX = 24 * 86_400_000;
