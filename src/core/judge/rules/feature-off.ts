/** Feature-off: the entry's feature is known to be off, and the host was contacted. */
import type { TrafficRule } from '../rule.ts';
import { featuresOf } from '../conditions.ts';
import { entryWords, termDrafts } from './terms.ts';

export const featureOff: TrafficRule = {
  reads: 'run',
  id: 'feature-off',
  severity: 'error',
  title: 'A host was contacted although its feature is off',
  why: 'The vendor says that nothing reaches this host unless the feature is configured; it was not.',
  breaks: ['as-declared', 'only-with-feature'],
  since: '0.1.0',
  check: (run) =>
    termDrafts(run, 'feature-off', (_sighting, entry) => {
      const features = entry === undefined ? [] : featuresOf(entry.when);
      const named = features.length === 0 ? 'the feature' : features.join(' or ');
      return `Check that ${named} really was off in this run (run sheet \`features:\`, or --with ${features[0] ?? 'FEATURE'}); if it was, report to the vendor that ${entryWords(entry)} is used without it.`;
    }),
};
