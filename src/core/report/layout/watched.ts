/** A live run in the words of a report's head: what egret watched, and whose it was. Takes the inputs of a report; both page formats say the same by it. */
import type { Input } from '../report.ts';

export interface Watched {
  /** `proxy 127.0.0.1:8888`, `packets of all interfaces (dumpcap)`. */
  readonly by: readonly string[];
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
  return { by: [proxy.path, ...rest], recording, isBesidePackets: others.length > 0 };
}

function folderOf(recording: string): string {
  return recording.endsWith('/') ? recording : `${recording}/`;
}
