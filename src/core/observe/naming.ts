/**
 * What a connection is called and how sure that is. Namings that come again
 * for every connection to a host are made once and numbered, so that others
 * can keep what they know of one in a list and find it without a look-up.
 */
import type { WireText } from '../base/wire-text.ts';
import type { Confidence, Connection, NameClaim, NameMismatch } from './connection.ts';

export interface Naming {
  readonly names: readonly NameClaim[];
  readonly confidence: Confidence;
  readonly ech: Connection['ech'];
  readonly mismatch: NameMismatch | undefined;
  /** Above 0: shared, and no other naming of this scope has it. */
  readonly number: number;
}

/** A host name that DNS gave, with what connections are called that it alone is a candidate of. */
export interface SoleName {
  readonly live: readonly [WireText];
  /** By what the client wrote; undefined until the first connection. */
  namings: (Naming | undefined)[] | undefined;
}

/** How a client says the name that DNS knows already. */
export type Said = 'not' | 'sni' | 'quic-sni';

/** The shared namings of one scope. */
export class Namings {
  private count = 0;

  /** The naming where `sole` is the only candidate and the client wrote this very name, or none; `isHidden`: in a hello with ECH, real or GREASE. */
  of(sole: SoleName, said: Said, isHidden: boolean): Naming {
    const at = said === 'not' ? 0 : (said === 'sni' ? 1 : 2) + (isHidden ? 2 : 0);
    sole.namings ??= FORMS.slice();
    return (sole.namings[at] ??= this.make(sole, said, isHidden));
  }

  private make({ live: [name] }: SoleName, said: Said, isHidden: boolean): Naming {
    const number = this.count < NAMING_CAP ? ++this.count : 0;
    if (said === 'not') return { names: [{ name, how: 'dns', corroboratedBy: undefined }], confidence: 'medium', ech: 'none', mismatch: undefined, number };
    return { names: [{ name, how: said, corroboratedBy: 'dns' }], confidence: 'high', ech: isHidden ? 'corroborated' : 'none', mismatch: undefined, number };
  }
}

const FORMS: readonly (Naming | undefined)[] = [undefined, undefined, undefined, undefined, undefined];
/** Namings numbered per scope: lists that others keep by their numbers stay below half a megabyte. */
const NAMING_CAP = 65_536;
