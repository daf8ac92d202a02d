/** A session with coturn and werift, played live: what is recorded is what the report says. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { observeFile } from '../../observe-file.ts';
import { obstacle } from '../commands.ts';
import { play } from '../story.ts';
import { CLOUD_DESKTOP, SCREEN } from './switches.ts';

const reason = obstacle(['nft', 'turnserver']);
if (reason !== undefined) console.log(`the lab's media test skipped: ${reason}`);

describe.skipIf(reason !== undefined)('a cloud desktop behind a firewall', () => {
  it('is relayed, and its peer known by the bytes it sent', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'egret-media-'));
    try {
      const file = path.join(folder, 'capture.pcapng');
      const { capture } = await play({ features: ['cloud-desktop'], story: { switches: { phases: ['cloud-desktop'], misbehave: [], linger: 0, nxdomain: [], servfail: [], refuse: [], pace: 1, media: 'relayed' } } });
      writeFileSync(file, capture);
      const relays = observeFile(file).flows.flatMap(({ media }) => (media?.relay === undefined ? [] : [media.relay]));
      expect(relays).toHaveLength(1);
      expect(relays[0]).toMatchObject({ allocated: true, peers: [{ address: CLOUD_DESKTOP }] });
      expect(relays[0]?.media[1]).toBeGreaterThan(SCREEN.messages * SCREEN.bytes);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});
