/** Looks at the claims of a run under way: that looking changes nothing, and that what is broken then is broken in the report. */
import { describe, expect, it } from 'vitest';
import { runLive } from '../../../src/cli/pipeline.ts';
import type { AuditOptions } from '../../../src/cli/pipeline-types.ts';
import type { Report } from '../../../src/core/report/report.ts';
import { stories, STORY_POLICY, type Story } from '../../build/stories.ts';
import { fakeWorld } from '../fake-world.ts';
import { observeFile } from '../../observe-file.ts';

const OPTIONS: AuditOptions = { files: [], policy: STORY_POLICY, variables: {}, local: [], scope: 'app', caFiles: [], wish: { failOn: 'warning', require: { phases: [], claims: [] } } };

/** The story as if it happened now; `look` every so many observations. */
async function live(story: Story, look: number): Promise<{ readonly report: Report; readonly broken: ReadonlySet<string> }> {
  const broken = new Set<string>();
  const { all } = observeFile(story.capture);
  const sinks = { warn: () => {}, flush: async () => {} };
  const { report } = await runLive(OPTIONS, fakeWorld(), sinks, async (run) => {
    const scope = run.openScope(undefined);
    run.openSource(scope, 'now');
    for (const [index, observation] of all.entries()) {
      run.observe(observation);
      if (look > 0 && index % look === 0) for (const { id, verdict } of run.claimsSoFar()) if (verdict === 'broken') broken.add(id);
    }
    return {};
  });
  return { report, broken };
}

describe.each(stories().map((story) => [story.name, story] as const))('claims so far, while %s is going on', (_, story) => {
  it('change nothing in the report, and are broken there too', async () => {
    const [seen, unseen] = [await live(story, 3), await live(story, 0)];
    expect(seen.report).toEqual(unseen.report);
    const inReport = new Set(seen.report.claims.filter(({ verdict }) => verdict === 'broken').map(({ id }) => id));
    expect([...seen.broken].filter((id) => !inReport.has(id))).toEqual([]);
    expect(seen.broken.size).toBeGreaterThan(0);
  });
});
