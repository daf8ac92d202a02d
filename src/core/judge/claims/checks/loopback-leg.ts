/** Loopback-leg: the leg between two components stays on loopback. */
import type { Check } from '../check.ts';
import { byDestinations } from '../exercises.ts';

export const loopbackLeg: Check = {
  name: 'loopback-leg',
  needs: ['scope-known', 'process-complete'],
  exercise: (question) => byDestinations(question, ({ verdict }) => verdict.kind === 'local', 'connection on a declared local leg', 'record loopback too (capture `any` or `lo`)'),
};
