/** A recording is there to be judged again, under policies that its run never knew. */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Workplace } from '../build/program.ts';
import { ROOT } from '../source-tree.ts';

const place = new Workplace();
afterAll(() => place.remove());
const story = path.join(ROOT, 'fixtures/recordings/clean-start-and-task/capture.pcapng');
const strict = path.join(ROOT, 'policies/strict.yaml');

describe('a recording under another policy', () => {
  it('is judged, and names that only the recording knows are one warning', () => {
    expect(place.run(['audit', story, '--record', 'run.ndjson', '-q']).exit).toBe(0);
    const { exit, out, err } = place.run(['audit', 'run.ndjson', '-p', strict]);
    expect(exit).toBe(1);
    expect(out).toContain('undeclared-host');
    expect(err.match(/warning:/g)).toHaveLength(1);
    expect(err).toContain('the recording speaks of what this policy does not declare: feature "openai"');
    // Its features and phases are in other words, so they count as unknown.
    expect(out).toContain('features   not stated');
  });

  it('refuses a flag that the policy does not know all the same', () => {
    expect(place.run(['audit', 'run.ndjson', '-p', strict, '--with', 'openai'])).toMatchObject({ exit: 3, out: '' });
  });

  it('refuses a sheet beside the capture that does not fit: it may be misspelt', () => {
    expect(place.run(['audit', story, '-p', strict])).toMatchObject({ exit: 3, out: '' });
  });
});
