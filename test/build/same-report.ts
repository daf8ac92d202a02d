/** The report of a transformed capture, and what of a report must stay the same whatever the capture looked like. */
import { runEgret } from './file-world.ts';
import { STORY_POLICY, type Story } from './stories.ts';
import type { Transform } from './transforms.ts';

type Report = Readonly<Record<string, unknown>>;

export async function transformedReport(story: Story, transform: Transform, frames: Parameters<Transform['apply']>[0]): Promise<Report> {
  const held = transform.apply(frames);
  const ran = await runEgret(['audit', ...Object.keys(held), '-p', STORY_POLICY, '--sheet', `${story.folder}/story.run.yaml`, '-q', '--json', '--fail-on', 'never'], { held });
  if (ran.exit !== 0 && ran.exit !== 2) throw new Error(`exit ${ran.exit}: ${ran.err}`);
  return JSON.parse(ran.out);
}

/** What a user would act on, without where in which file it stood and how many packets it took. */
export function sameReport({ findings, claims, entries, destinations, lookups, blindSpots }: Report): unknown {
  return JSON.parse(JSON.stringify({ findings, claims, entries, destinations, lookups, blindSpots }, (key, value: unknown) => (PLACES.has(key) ? undefined : value)));
}

const PLACES: ReadonlySet<string> = new Set(['evidence', 'seen', 'packets']);
