/**
 * Whether a client of a line protocol sent a credential in clear, and how.
 * Takes whole lines of both ends, keeps a word of egret's own for the scheme,
 * and nothing of a user's name or secret.
 */
import { mechanism } from '../sasl.ts';

/** How a protocol's clients say who they are. */
export interface CredentialRules {
  /** A command that carries a password. */
  readonly password?: RegExp;
  /** One whose password is none, as that of an anonymous user. */
  readonly nobody?: RegExp;
  /** A user is named. */
  readonly user?: RegExp;
  /** Other commands that carry a secret, and egret's word for how. */
  readonly others?: readonly (readonly [command: RegExp, scheme: string])[];
  /** SASL: [1] the mechanism, [2] the beginning of an initial response. */
  readonly sasl?: RegExp;
  /** The server asks for the response. */
  readonly go?: RegExp;
  /** What is a response where other lines may come between. */
  readonly response?: RegExp;
}

export class Credentials {
  scheme: string | undefined;
  private readonly rules: CredentialRules;
  private chosen: string | undefined;
  private isAsked = false;
  private isNobody = false;

  constructor(rules: CredentialRules) {
    this.rules = rules;
  }

  /** A line of the client. */
  up(line: string): void {
    if (this.scheme !== undefined) return;
    const { password, nobody, user, others, sasl, response, go } = this.rules;
    if (this.isAsked) {
      if (response?.test(line) === false) return;
      this.isAsked = false;
      // A lone asterisk gives up (RFC 4954 §4, RFC 3501 §6.2.2).
      if (!line.startsWith('*')) this.scheme = this.chosen;
      return;
    }
    if (user?.test(line) === true) this.isNobody = nobody?.test(line) === true;
    if (password?.test(line) === true && !this.isNobody) this.scheme = 'password';
    else this.scheme = others?.find(([command]) => command.test(line))?.[1];
    const begun = sasl?.exec(line);
    if (begun?.[1] === undefined) return;
    this.chosen = mechanism(begun[1]);
    if (begun[2] !== undefined && begun[2] !== '=') this.scheme = this.chosen;
    else this.isAsked = go === undefined;
  }

  /** A line of the server. */
  down(line: string): void {
    if (this.chosen !== undefined && this.rules.go?.test(line) === true) this.isAsked = true;
  }
}
