import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { REPLY } from './app/control.ts';
import type { Command, Reply } from './app/control.ts';

const PATIENCE = 20_000;

/** A process of the lab that talks over Node's channel. Replies wait here until they are asked for. */
export class LabProcess {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #replies: Reply[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(name: string, child: ChildProcess) {
    this.#name = name;
    this.#child = child;
    child.on('message', (message) => {
      this.#replies.push(REPLY.parse(message));
      this.#wake?.();
    });
    child.on('exit', () => {
      this.#ended = true;
      this.#wake?.();
    });
    child.on('error', (error) => console.error(`${name}: ${error.message}`));
  }

  tell(command: Command): void {
    this.#child.send(command);
  }

  async reply<K extends Reply['kind']>(kind: K): Promise<Extract<Reply, { kind: K }>> {
    const reply = this.#replies.shift() ?? (await this.#next(kind));
    if (!isKind(reply, kind)) throw new Error(`${this.#name} said "${reply.kind}" where "${kind}" was due`);
    return reply;
  }

  async end(): Promise<void> {
    if (!this.#ended) await once(this.#child, 'exit');
  }

  async #next(kind: string): Promise<Reply> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#name} did not say "${kind}" in ${PATIENCE / 1000} s`)), PATIENCE);
      const wake = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#wake = wake;
      if (this.#ended) wake();
    });
    this.#wake = undefined;
    const reply = this.#replies.shift();
    if (reply === undefined) throw new Error(`${this.#name} ended before it said "${kind}"`);
    return reply;
  }
}

function isKind<K extends Reply['kind']>(reply: Reply, kind: K): reply is Extract<Reply, { kind: K }> {
  return reply.kind === kind;
}
