import * as z from 'zod';
import { MEDIA } from '../media/switches.ts';

/** What the recorder and the processes inside the namespaces say to each other, over Node's own channel. */
export const PHASES = ['launch', 'idle', 'task', 'chat-with-url', 'sop-generation', 'cloud-desktop', 'update-check'] as const;
const PHASE = z.enum(PHASES);
export type Phase = z.infer<typeof PHASE>;

export const GATEWAY_PORT = 18_789;

export const COMMAND = z.discriminatedUnion('kind', [z.object({ kind: z.literal('phase'), phase: PHASE }), z.object({ kind: z.literal('quit') })]);
export type Command = z.infer<typeof COMMAND>;

export const REPLY = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), session: z.string().optional() }),
  z.object({ kind: z.literal('done') }),
  z.object({ kind: z.literal('gone'), local: z.array(z.string()) }),
]);
export type Reply = z.infer<typeof REPLY>;

/** What asks for updates: the desktop's own Node, a curl that it starts, or a client of HTTP/3. */
export const UPDATER = z.enum(['node', 'curl', 'http3']);

export const APP = z.object({
  features: z.array(z.string()),
  misbehave: z.array(z.string()),
  updater: UPDATER.optional(),
  media: MEDIA.optional(),
  /** Issued by the gateway when it starts; the desktop shows it on every call. */
  session: z.string().optional(),
});
export type AppArguments = z.infer<typeof APP>;

export function readArguments<T>(shape: z.ZodType<T>): T {
  const words: unknown = JSON.parse(process.argv[2] ?? '{}');
  return shape.parse(words);
}

export function tellReady(extra: { readonly session?: string }): void {
  send({ kind: 'ready', ...extra });
}

export function obey(onPhase: (phase: Phase) => Promise<void>, onQuit: () => Promise<readonly string[]>): void {
  // Without its recorder a process would live on in a namespace that nobody removes.
  process.on('disconnect', () => process.exit(1));
  process.on('message', (message) => {
    follow(COMMAND.parse(message), onPhase, onQuit).catch((error: unknown) => {
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
  send({ kind: 'gone', local: [...(await onQuit())] });
  process.removeAllListeners('disconnect');
  process.disconnect();
}

function send(reply: Reply): void {
  process.send?.(reply);
}
