/** A live run in the words of a report's head: what egret watched, and whose it was. Takes the inputs of a report; both page formats say the same by it. */
import { listed } from './amounts.ts';
import type { Input } from '../report.ts';

export interface Watched {
  /** `proxy 127.0.0.1:8888 and packets of all interfaces (dumpcap)`. */
  readonly by: string;
  /** The bundle that it was read from; undefined: egret watched just now. */
  readonly recording: string | undefined;
  /** Packets were captured beside the proxy. */
  readonly isBesidePackets: boolean;
}

/** Undefined where egret's proxy watched nothing, or where more than one run is in the report. */
export function watchedOf(inputs: readonly Input[]): Watched | undefined {
  const [proxy, ...others] = inputs.toSorted((a, b) => Number(b.witness !== undefined) - Number(a.witness !== undefined));
  if (proxy?.witness === undefined || others.some(({ witness }) => witness !== undefined)) return undefined;
  const { recording } = proxy;
  // Packets of a run that was killed are read from the folder itself.
  if (!others.every((other) => other.recording === recording || (recording !== undefined && other.path.startsWith(folderOf(recording))))) return undefined;
  const rest = others.map(({ path }) => (recording === undefined ? path : path.replace(folderOf(recording), '')));
  return { by: listed([proxy.path, ...rest]), recording, isBesidePackets: others.length > 0 };
}

/** Whose the packets beside a proxy are; a proxy alone is said of by its own scope. */
export function watchedScope(inputs: readonly Input[]): string {
  const scopes = new Set(inputs.map(({ scope }) => scope));
  const isPlural = inputs.length > 1;
  if (scopes.has('assumed-app')) return 'Nothing says who uses the proxy: it is assumed to be only the app.';
  if (scopes.has('machine')) return isPlural ? 'The packets are of the whole machine, the app\'s and others\'.' : 'As stated, programs of a whole machine used the proxy.';
  return isPlural ? 'As stated, all of it was the app\'s.' : 'As stated, only the app used the proxy.';
}

function folderOf(recording: string): string {
  return recording.endsWith('/') ? recording : `${recording}/`;
}
