/** What the recorder and the processes inside the namespaces say to each other, over Node's own channel. */
export const PHASES = ['launch', 'idle', 'task', 'chat-with-url', 'sop-generation', 'cloud-desktop', 'update-check'] as const;
export type Phase = (typeof PHASES)[number];

export const GATEWAY_PORT = 18_789;

export type Command = { readonly kind: 'phase'; readonly phase: Phase } | { readonly kind: 'quit' };
export type Reply =
  | { readonly kind: 'ready'; readonly session?: string }
  | { readonly kind: 'done' }
  | { readonly kind: 'gone'; readonly local: readonly string[] };

export interface AppArguments {
  readonly features: readonly string[];
  readonly misbehave: readonly string[];
  /** Issued by the gateway when it starts; the desktop shows it on every call. */
  readonly session?: string;
}

/** Both ends are bundled from this tree, so the shape of the first argument is known. */
export function readArguments<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

export function tellReady(extra: { readonly session?: string }): void {
  send({ kind: 'ready', ...extra });
}

export function obey(onPhase: (phase: Phase) => Promise<void>, onQuit: () => Promise<readonly string[]>): void {
  // Without its recorder a process would live on in a namespace that nobody removes.
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    follow(message as Command, onPhase, onQuit).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
}

async function follow(command: Command, onPhase: (phase: Phase) => Promise<void>, onQuit: () => Promise<readonly string[]>): Promise<void> {
  if (command.kind === 'phase') {
    await onPhase(command.phase);
    send({ kind: 'done' });
    return;
  }
  send({ kind: 'gone', local: await onQuit() });
  process.removeAllListeners('disconnect');
  process.disconnect();
}

function send(reply: Reply): void {
  process.send?.(reply);
}
