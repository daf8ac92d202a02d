import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { obstacle, projectRoot } from './commands.ts';
import { readSheet, writeMeasured } from './sheet.ts';
import { play } from './story.ts';

const recordings = join(projectRoot(), 'fixtures', 'recordings');
const known = readdirSync(recordings, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const words = process.argv.slice(2);
// A second recording of a story, with a sheet of its own: what must not change between two runs is compared on both.
const again = words.includes('--again');
const asked = words.filter((word) => word !== '--again');
const unknown = asked.filter((story) => !known.includes(story));
const reason = unknown.length > 0 ? `no such story: ${unknown.join(', ')} (known: ${known.join(', ')})` : obstacle();
if (reason !== undefined) {
  console.error(`record: ${reason}`);
  process.exit(3);
}

for (const story of asked.length > 0 ? asked : known) {
  const file = join(recordings, story, 'story.run.yaml');
  const sheet = readSheet(file);
  const { blocks, breaks, dpi, updater, media } = sheet.story.switches;
  const obstructed = obstacle([...(dpi === undefined && blocks === undefined && media === undefined && breaks === undefined ? [] : ['nft']), ...(media === undefined ? [] : ['turnserver']), ...(updater === 'curl' ? ['curl'] : []), ...(updater === 'http3' ? ['gtlsclient', 'gtlsserver'] : [])]);
  if (obstructed !== undefined) {
    console.error(`record: ${story}: ${obstructed}`);
    process.exit(3);
  }
  const { capture, measured, inspectionRoot } = await play(sheet);
  const name = again ? 'again' : 'capture';
  writeFileSync(join(recordings, story, `${name}.pcapng`), capture);
  if (inspectionRoot !== undefined && !again) writeFileSync(join(recordings, story, 'inspection-root.pem'), inspectionRoot);
  writeMeasured(file, again ? join(recordings, story, 'again.run.yaml') : file, measured);
  console.log(`${story}: ${capture.length} bytes, ${measured.phases.length} phases`);
}
