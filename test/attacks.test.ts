/**
 * Attacks on memory and time, in small: steps grow with the file and no faster,
 * and what a cap drops is counted to the last packet and takes away every claim
 * of absence. `npm run attacks` measures the same attacks in full size.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runEgret } from './build/file-world.ts';
import { STORY_POLICY } from './build/stories.ts';
import { AttackFile, ends } from './fuzz/attacks/write.ts';
import { ATTACKS } from './fuzz/attacks/scenarios.ts';
import { stepsOf } from './fuzz/steps.ts';

/** The full sizes would take minutes. */
const SCALE = 2000;
/** Steps by which two counts of the same work differ. */
const UNCOUNTED = 400_000;
/** As in core/observe/flow-table.ts. */
const FLOW_CAP = 524_288;
const folder = mkdtempSync(path.join(tmpdir(), 'egret-attacks-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(ATTACKS.map((attack) => [attack.name, attack] as const))('%s', (_name, attack) => {
  it('cost time in proportion', async () => {
    const file = path.join(folder, `attack.${attack.ending}`);
    const audit = async (size: number): Promise<number> => {
      attack.write(file, size);
      return stepsOf(async () => {
        const ran = await runEgret(['audit', file, '-q', '--json']);
        expect([0, 1, 2, 3]).toContain(ran.exit);
      });
    };
    const small = Math.max(1, Math.floor(attack.sizes[0] / SCALE));
    const [one, four, sixteen] = [await audit(small), await audit(small * 4), await audit(small * 16)];
    // Four times the work more may cost four times the steps more, with room for tables that double and for what V8 forgets to count. Work in the square of the size would take sixteen.
    expect(sixteen - four).toBeLessThan(6.4 * Math.max(0, four - one) + UNCOUNTED);
  });
});

describe('a capture over the flow cap', async () => {
  const file = path.join(folder, 'flows.pcap');
  const writer = new AttackFile(file);
  for (let n = 0; n < FLOW_CAP + 1234; n++) writer.wait(1).syn(ends(n, 443));
  writer.file.close();
  const ran = await runEgret(['audit', file, '-q', '--json', '-p', STORY_POLICY, '--with', 'none', '--scope', 'app']);
  const { blindSpots, claims, inputs }: Told = JSON.parse(ran.out);

  it('says how many packets were not followed, to the last one', () => {
    expect(blindSpots.find(({ code }) => code === 'flow-cap')?.count).toBe(1234);
    expect(inputs.reduce((sum, { packets }) => sum + packets, 0)).toBe(FLOW_CAP + 1234);
  });

  it('supports no claim of absence', () => {
    expect(claims.length).toBeGreaterThan(10);
    const absent = claims.filter(({ verdict }) => verdict === 'holds').map(({ id, check }) => `${id} ${check}`);
    expect(absent).toEqual([]);
  });
});

interface Told {
  readonly blindSpots: readonly { readonly code: string; readonly count: number }[];
  readonly claims: readonly { readonly id: string; readonly check: string; readonly verdict: string }[];
  readonly inputs: readonly { readonly packets: number }[];
}
