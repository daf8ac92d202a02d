/** No-log-upload: logs are not sent anywhere by themselves. */
import type { Check } from '../check.ts';
import { byTraffic } from '../exercises.ts';

export const noLogUpload: Check = {
  name: 'no-log-upload',
  needs: ['start-covered', 'end-covered', 'wire-complete', 'bytes-complete', 'scope-known'],
  exercise: byTraffic,
};
