/** Who is told what happens while a run goes on: lines on standard error, or the screen. One interface, so that the run knows neither. */
import type { Endpoint } from '../../core/base/address.ts';
import type { Connection } from '../../core/observe/connection.ts';
import type { DialFailure, Observation } from '../../core/observe/observation.ts';
import type { Verdict } from '../../core/policy/verdict.ts';
import type { MarkAnswer } from '../../edge/marks/words.ts';
import type { Question } from '../../edge/proxy/tunnel-words.ts';
import type { AuditRun } from '../audit/run.ts';
import type { AuditSinks } from '../pipeline-types.ts';
import type { World } from '../world.ts';

/** A run under way, for those who look at it. */
export interface LiveRun {
  readonly audit: AuditRun;
  /** Number of the proxy's source: flows of others have no tunnel. */
  readonly source: number;
  readonly endpoint: Endpoint;
  /** Packets are captured beside the proxy. */
  readonly isBesidePackets: boolean;
  /** Tells each open flow and what it has carried. */
  readonly eachFlow: (visit: (flow: number, up: number, down: number) => void) => void;
  readonly mark: (phase: string, edge: 'start' | 'end') => MarkAnswer;
}

/** Why; what has no address, and what is denied, is told as soon as it is asked for. */
export type Failure = Exclude<DialFailure, 'not-found' | 'no-resolver' | 'denied'>;

export interface LiveTeller {
  /** Something about the run itself: `facts` for machines, `text` for people. */
  say(event: string, text: string, facts?: Readonly<Record<string, string | number>>): void;
  /** A destination that is contacted, or `denied` to the app, by the tunnel of this number. */
  destination(question: Question, verdict: Verdict | undefined, isDenied: boolean, flow: number): void;
  /** A destination that was asked for and not reached, and why. */
  failed?(question: Question, verdict: Verdict | undefined, failure: Failure): void;
  /** The run has begun: its policy is read and its proxy listens. */
  begun?(run: LiveRun): void;
  /** What a witness told. */
  witnessed?(observation: Observation): void;
  /** A connection is over and judged. */
  connection?(connection: Connection, verdict: Verdict): void;
  /** What the app printed; absent: it has the terminal to itself. */
  readonly printed?: (chunk: Uint8Array) => void;
  /** Calls back when the user asks by key for the end; gives what takes the callback away. */
  onStop?(handler: () => void): () => void;
  /** The last of what the app printed, once its pane has gone. */
  lastLines?(): readonly string[];
  /** Gives the terminal back; may be called twice. */
  close(): void;
}

/** The sinks of a run whose teller wants to hear of connections too. */
export function heardBy(teller: LiveTeller, sinks: AuditSinks): AuditSinks {
  if (teller.connection === undefined) return sinks;
  return {
    ...sinks,
    connection(connection, verdict) {
      sinks.connection?.(connection, verdict);
      teller.connection?.(connection, verdict);
    },
  };
}

/** Calls back at each signal, and each time when the user asks by key; gives what takes the callback away. */
export function onStop(world: World, teller: LiveTeller, handler: (by: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'key') => void): () => void {
  const stopSignals = world.onStop((signal) => {
    // A screen hears of a closed window by itself, in more ways than one, and makes one wish of them.
    if (signal !== 'SIGHUP' || teller.onStop === undefined) handler(signal);
  });
  const stopKeys = teller.onStop?.(() => handler('key'));
  return () => {
    stopSignals();
    stopKeys?.();
  };
}
