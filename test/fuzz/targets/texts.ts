/** What a user writes by hand, through the commands that read it: policies, run sheets, baselines, lists of telemetry hosts, certificates. */
import { runEgret } from '../../build/file-world.ts';
import { stories, STORY_POLICY } from '../../build/stories.ts';
import { textSeeds } from '../corpus.ts';
import { type Outcome, outcomeOf, type Pieces, type Target } from '../target.ts';
import { ranWrong } from './audits.ts';
import { outputWrong } from '../check-output.ts';

export async function textTargets(): Promise<Target[]> {
  const written = await runEgret(['baseline', 'write', CAPTURE, '-p', STORY_POLICY, '-o', 'known.yaml', '-q']);
  const baseline = written.files.get('known.yaml') ?? written.out;
  const lists = ['0.0.0.0 ads.example\n127.0.0.1 a.example b.example # why\n', '||track.example^\n@@||ok.track.example^\n! note\n/banner/\n', 'plain.example\n*.wild.example\n'];
  return [
    target('text:policy', textSeeds(/^policies\/.*\.yaml$/), () => [['policy', 'lint', 'x.txt'], ['audit', CAPTURE, '-p', 'x.txt', '--format', 'text'], ['policy', 'lint', 'x.txt', '--format', 'json']]),
    target('text:sheet', textSeeds(/\.run\.yaml$/), () => [['audit', CAPTURE, '-p', STORY_POLICY, '--sheet', 'x.txt', '--format', 'text']]),
    target('text:baseline', [[Buffer.from(baseline)]], () => [['audit', CAPTURE, '-p', STORY_POLICY, '--baseline', 'x.txt', '--format', 'text']]),
    target('text:telemetry-list', lists.map((text) => [Buffer.from(text)]), () => [['audit', CAPTURE, '-p', STORY_POLICY, '--telemetry-list', 'x.txt', '--format', 'text']]),
    target('text:ca-file', textSeeds(/\.pem$/), () => [['audit', CAPTURE, '--ca-file', 'x.txt', '--format', 'text']]),
  ];
}

function target(name: string, seeds: readonly Pieces[], commands: () => readonly (readonly string[])[]): Target {
  return {
    name, kind: 'lines', weight: 4, seeds,
    async run([file = new Uint8Array(0)]): Promise<Outcome> {
      const text = Buffer.from(file).toString();
      const traits: string[] = [];
      for (const argv of commands()) {
        const ran = await runEgret(argv, { held: { 'x.txt': text } });
        const wrong = ranWrong(ran) ?? outputWrong('text', ran.out);
        if (wrong !== undefined) return { wrong: `${argv.slice(0, 2).join(' ')}: ${wrong}` };
        traits.push(`${ran.exit} ${ran.err.replaceAll(/["'`][^"'`]*["'`]|\d+/g, '').slice(0, 120)}`);
      }
      return outcomeOf(undefined, traits.join());
    },
  };
}

/** The smallest of the recorded stories: each run audits it. */
const CAPTURE = stories()[0]?.capture ?? '';
