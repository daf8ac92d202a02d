import * as z from 'zod';

/**
 * How the story's cloud desktop is reached: `direct` where both ends can; `relayed` where the firewall lets no UDP pass
 * between them; `relay-anyway` where a helper of the app takes the relay though the session found the direct way.
 */
export const MEDIA = z.enum(['direct', 'relayed', 'relay-anyway']);
export type Media = z.infer<typeof MEDIA>;

/** Where the cloud desktop runs, and where the vendor's relay hears its offers. */
export const CLOUD_DESKTOP = '198.51.100.100';
export const OFFERS_PORT = 8088;
/** Where the cloud desktop gives back what it is sent. */
export const ECHO_PORT = 3480;
export const RELAY = { host: 'turn.multiclaw.io', port: 3478, user: 'viewer', password: 'public-lab-password', realm: 'multiclaw.io' } as const;
/** What one session sends: some frames of a screen, and keystrokes. */
export const SCREEN = { messages: 24, bytes: 4000, pause: 60 } as const;
