import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { obstacle, projectRoot } from './commands.ts';
import { readSheet, writeMeasured } from './sheet.ts';
import { play } from './story.ts';

const recordings = join(projectRoot(), 'fixtures', 'recordings');
const known = readdirSync(recordings, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
const asked = process.argv.slice(2);
const unknown = asked.filter((story) => !known.includes(story));
const reason = unknown.length > 0 ? `no such story: ${unknown.join(', ')} (known: ${known.join(', ')})` : obstacle();
if (reason !== undefined) {
  console.error(`record: ${reason}`);
  process.exit(3);
}

for (const story of asked.length > 0 ? asked : known) {
  const file = join(recordings, story, 'story.run.yaml');
  const sheet = readSheet(file);
  const { dpi, updater } = sheet.story.switches;
  const obstructed = obstacle([...(dpi === undefined ? [] : ['nft']), ...(updater === 'curl' ? ['curl'] : [])]);
  if (obstructed !== undefined) {
    console.error(`record: ${story}: ${obstructed}`);
    process.exit(3);
  }
  const { capture, measured, inspectionRoot } = await play(sheet);
  writeFileSync(join(recordings, story, 'capture.pcapng'), capture);
  if (inspectionRoot !== undefined) writeFileSync(join(recordings, story, 'inspection-root.pem'), inspectionRoot);
  writeMeasured(file, measured);
  console.log(`${story}: ${capture.length} bytes, ${measured.phases.length} phases`);
}
