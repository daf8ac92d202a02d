/**
 * What the policy thinks of a destination before it is contacted: the same
 * `decide` as the judge asks afterwards, with what is known by then. Denies
 * only where it is asked to enforce.
 */
import { canonicalAddress, classOf } from '../../core/base/address.ts';
import type { Draft } from '../../core/base/draft.ts';
import { seenHost } from '../../core/base/host-name.ts';
import { accuses } from '../../core/judge/worst.ts';
import type { Asked } from '../../core/policy/asked.ts';
import type { CompiledPolicy } from '../../core/policy/compile.ts';
import { decide, decideName, isLocalhost } from '../../core/policy/decide.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { Question } from '../../edge/proxy/tunnel-words.ts';

export class Gate {
  private readonly policy: CompiledPolicy | undefined;
  private readonly features: ReadonlySet<string> | undefined;
  private readonly enforces: boolean;

  constructor(policy: CompiledPolicy | undefined, features: readonly string[] | undefined, enforces: boolean) {
    this.policy = policy;
    this.features = features === undefined ? undefined : new Set(features);
    this.enforces = enforces;
  }

  /** The verdict on a destination; undefined without a policy, or while its address decides and is not known. */
  verdict(question: Question): Verdict | undefined {
    const { policy } = this;
    if (policy === undefined) return undefined;
    const name = seenHost(question.host);
    const literal = canonicalAddress(name);
    if (question.address === undefined && question.isUpstream !== true && question.isUnresolved !== true) return this.byName(policy, name, literal);
    const address = literal ?? (isLocalhost(name) ? LOOPBACK : (question.address ?? ''));
    const asked: Draft<Asked> = { name: literal ?? name, address, addressClass: address === '' ? 'public' : classOf(address), port: question.port, transport: 'tcp', protocol: 'unknown' };
    if (this.features !== undefined) asked.features = this.features;
    return decide(policy, asked);
  }

  /** Why a destination is not to be contacted, in a sentence; undefined: it may be. */
  deny(question: Question): string | undefined {
    if (!this.enforces) return undefined;
    const verdict = this.verdict(question);
    if (verdict === undefined || !accuses(verdict)) return undefined;
    const place = `${question.host}:${question.port}`;
    const because = verdict.reason === undefined ? '' : verdict.kind.startsWith('wrong-') ? `; the policy has ${verdict.reason}` : `; ${verdict.reason}`;
    return `${place} is ${verdict.kind} by the policy ${this.policy?.policy.name ?? ''}${because}`;
  }

  /** A name that no address can make good is not even looked up: the question alone would tell somebody. */
  private byName(policy: CompiledPolicy, name: string, literal: string | undefined): Verdict | undefined {
    if (literal !== undefined || isLocalhost(name)) return undefined;
    const verdict = decideName(policy, { name, ...(this.features === undefined ? {} : { features: this.features }) });
    const mayBeSaved = policy.blocks.some(({ candidate }) => candidate.entry.withName);
    return verdict.kind === 'forbidden' || (verdict.kind === 'undeclared' && !mayBeSaved) ? verdict : undefined;
  }
}

const LOOPBACK = '127.0.0.1';
