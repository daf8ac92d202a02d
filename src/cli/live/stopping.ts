/**
 * How the user ends a live run: listens for signals and keys from before
 * anything of it is open, so that no moment is left in which a signal would
 * leave half-written files and programs behind.
 */
import type { App, AppEnd } from '../../edge/launch/app.ts';
import type { World } from '../world.ts';
import { type LiveTeller, onStop } from './teller.ts';

type Cause = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'key';

export class Stopping {
  /** Resolves at the first wish. */
  readonly wished: Promise<void>;
  private readonly teller: LiveTeller;
  private readonly isTerminal: boolean;
  private readonly stopListening: () => void;
  private tell: () => void = () => {};
  private app: App | undefined;
  private first: Cause | undefined;
  private wishes = 0;
  private insisting: NodeJS.Timeout | undefined;

  constructor(world: World, teller: LiveTeller) {
    this.teller = teller;
    this.isTerminal = world.stderr.isTTY;
    this.wished = new Promise((done) => (this.tell = done));
    this.stopListening = onStop(world, teller, (by) => this.hear(by));
  }

  /** Whether the app need not be started any more: how it would have ended. */
  get before(): AppEnd | undefined {
    return this.first === undefined ? undefined : { code: CODES[this.first], signal: this.first === 'key' ? 'SIGINT' : this.first };
  }

  /** Waits for the app's end. One signal is the app's, a second one means that nobody wants to wait for it any more. */
  async ended(app: App): Promise<AppEnd> {
    this.app = app;
    // It came while the app was being started.
    if (this.first !== undefined) app.signal(this.first === 'key' ? 'SIGINT' : this.first);
    const end = await app.ended;
    this.close();
    return end;
  }

  close(): void {
    clearTimeout(this.insisting);
    this.stopListening();
  }

  private hear(by: Cause): void {
    const { app } = this;
    this.first ??= by;
    this.tell();
    if (by === 'SIGHUP') {
      // The system tells a closed terminal more than once, and nobody is left who could ask a second time.
      this.insisting ??= setTimeout(() => this.app?.signal('SIGKILL'), HANGUP_GRACE);
      app?.signal('SIGHUP');
      return;
    }
    this.wishes++;
    if (this.wishes > 1) app?.signal('SIGKILL');
    // A terminal has sent its Ctrl-C to an app of its own already, and some take a second one for an emergency.
    else if (by !== 'SIGINT' || this.teller.printed !== undefined || !this.isTerminal) app?.signal(by === 'key' ? 'SIGINT' : by);
  }
}

/** As a shell gives them. */
const CODES: Readonly<Record<Cause, number>> = { SIGINT: 130, key: 130, SIGTERM: 143, SIGHUP: 129 };
/** In ms, for an app to end by itself once its terminal is closed. */
const HANGUP_GRACE = 10_000;
