/** Feature-off: the entry's feature is known to be off, and the host was contacted, or looked up. */
import type { Entry } from '../../policy/policy.ts';
import { featuresOf } from '../conditions.ts';
import type { TrafficRule } from '../rule.ts';
import type { Sighting } from '../sightings.ts';
import { entryWords, lookupDrafts, termDrafts } from './terms.ts';

export const featureOff: TrafficRule = {
  reads: 'run',
  id: 'feature-off',
  severity: 'error',
  title: 'A host was contacted although its feature is off',
  why: 'The vendor says that nothing reaches this host unless the feature is configured; it was not.',
  breaks: ['as-declared', 'only-with-feature'],
  since: '0.1.0',
  *check(run) {
    yield* termDrafts(run, 'feature-off', remedyOf);
    // The try itself is what was promised not to happen; on a network that blocks the name nothing else would show.
    yield* lookupDrafts(run, 'feature-off', remedyOf);
  },
};

function remedyOf(_sighting: Sighting, entry: Entry | undefined): string {
  const features = entry === undefined ? [] : featuresOf(entry.when);
  const doubt = features.length === 0 ? 'that the features of the run are stated right' : `that ${features.join(' or ')} really was off in this run`;
  return `Check ${doubt} (run sheet \`features:\`, or --with ${features[0] ?? 'FEATURE'}); if so, report to the vendor that ${entryWords(entry)} is used against its condition.`;
}
