/** Pairs of a recorded story and a transform of its capture, all in turn: the same traffic gives the same report. An input is the numbers of both. */
import { sameReport, transformedReport } from '../../build/same-report.ts';
import { readCapture } from '../../build/read-capture.ts';
import { readCaptureOf, stories } from '../../build/stories.ts';
import { TRANSFORMS } from '../../build/transforms.ts';
import type { Outcome, Pieces, Target } from '../target.ts';

export function metamorphicTarget(): Target {
  const all = stories();
  const seeds = TRANSFORMS.flatMap((_, transform) => all.map((_story, index): Pieces => [Uint8Array.of((index * 7 + transform * 3) % all.length, transform)]));
  return {
    name: 'audit:metamorphic', kind: 'bytes', weight: 6, seeds,
    async run([numbers = new Uint8Array(2)]: Pieces): Promise<Outcome> {
      const [first = 0, second = 0] = numbers;
      const story = all[first % all.length];
      const transform = TRANSFORMS[second % TRANSFORMS.length];
      const [plain] = TRANSFORMS;
      if (story === undefined || transform === undefined || plain === undefined) return {};
      const { frames } = readCapture('pcapng', readCaptureOf(story));
      const [one, other] = [await transformedReport(story, plain, frames), await transformedReport(story, transform, frames)].map((report) => JSON.stringify(sameReport(report)));
      return one === other ? {} : { wrong: `${story.name} as ${transform.name} gives another report` };
    },
  };
}
