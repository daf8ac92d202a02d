import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Lab } from './lab.ts';
import { scrub } from './pcapng.ts';
import { APP_INTERFACE, ROUTER_ADDRESS } from './topology.ts';

const PATIENCE = 15_000;
// Datagram and port-unreachable answer on the link; the datagram and its answer on loopback, where both ends are local.
const PER_SENTINEL = 4;

/** dumpcap on the app's link and on its loopback, bracketed by sentinels so that no first and no last packet is missed. */
export class Capture {
  readonly #lab: Lab;
  readonly #file: string;
  readonly #child: ChildProcess;
  readonly #mark = `egret-lab-sentinel-${randomBytes(8).toString('hex')}`;

  private constructor(lab: Lab) {
    this.#lab = lab;
    this.#file = join(lab.folder, `${this.#mark}.pcapng`);
    this.#child = lab.tool('app', ['dumpcap', '-q', '-n', '-i', APP_INTERFACE, '-i', 'lo', '-B', '8', '-w', this.#file]);
  }

  static async arm(lab: Lab): Promise<Capture> {
    const capture = new Capture(lab);
    await capture.#passSentinel('armed');
    return capture;
  }

  /** The finished capture, without the sentinels. */
  async drain(): Promise<Buffer> {
    await this.#passSentinel('drained');
    this.#child.kill('SIGINT');
    await once(this.#child, 'exit');
    return scrub(readFileSync(this.#file), Buffer.from(this.#mark));
  }

  /** Sent again and again while arming: the first ones may come before dumpcap listens. */
  async #passSentinel(stage: 'armed' | 'drained'): Promise<void> {
    const mark = `${this.#mark}-${stage}`;
    const deadline = Date.now() + PATIENCE;
    while (this.#seen(mark) < PER_SENTINEL) {
      if (Date.now() > deadline) throw new Error(`dumpcap was not ${stage} in ${PATIENCE / 1000} s`);
      if (this.#child.exitCode !== null) throw new Error(`dumpcap ended: status ${this.#child.exitCode}`);
      await this.#lab.run('app', 'app/sentinel', { mark, to: [ROUTER_ADDRESS, '127.0.0.1'] }).end();
      await pause(600);
    }
  }

  #seen(mark: string): number {
    if (!existsSync(this.#file)) return 0;
    const bytes = readFileSync(this.#file);
    let count = 0;
    for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) count += 1;
    return count;
  }
}
