/** A run sheet (design §2): what packets cannot say about a recording. Read from `<capture>.run.yaml`, `--sheet`, or flags. */
import type { Position } from '../base/errors.ts';
import type { Cidr } from '../base/address.ts';
import type { Micros } from '../base/time.ts';

export interface RunSheet {
  readonly file?: string;
  /** What the recording holds: one app, or a whole machine. */
  readonly scope?: 'app' | 'machine';
  readonly platform?: 'linux' | 'macos' | 'windows';
  /** The whole set of features that were on; absent: unknown. */
  readonly features?: readonly string[];
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** Absent: no marks, phases are unknown. Empty list: known, none. */
  readonly phases?: readonly PhaseRange[];
  /** Networks of the scope's own hosts. */
  readonly local: readonly Cidr[];
  readonly proxy?: { readonly address: string; readonly port: number; readonly variablesSet: boolean; readonly noProxy?: readonly string[] };
  /** Addresses of the resolvers that the machine asks; absent: unknown. */
  readonly resolvers?: readonly string[];
  /** PEM files with roots that are no finding, as paths relative to the sheet. */
  readonly roots: readonly string[];
  /** Names and keys of the certificates in those files; a recording carries them, so that its paths need never be opened. */
  readonly addedRoots?: readonly AddedRoot[];
  /** Which local endpoints belonged to which component. */
  readonly components: readonly ComponentHint[];
  /** Added to every time of the capture, in µs. */
  readonly clockOffset: Micros;
  /** Where the sheet's file names features, phases, components and variables, by `kind name`; what flags name has no place. */
  readonly places?: ReadonlyMap<string, Position>;
}

export interface PhaseRange {
  readonly phase: string;
  readonly from: Micros;
  /** Absent: to the end of the recording. */
  readonly to?: Micros;
}

export interface ComponentHint {
  readonly component: string;
  /** `address:port/transport` of local ends. */
  readonly local: readonly string[];
}

/** A root that somebody vouches for: its names (empty where it has none) and the SHA-256 of its key. */
export interface AddedRoot {
  readonly cn: string;
  readonly o: string;
  readonly ou: string;
  readonly spki: string;
}
