/** File-posture: modes and contents of local files; no packet shows them. */
import type { Check } from '../check.ts';

export const filePosture: Check = {
  name: 'file-posture',
  needs: [],
  exercise: () => ({ done: [], of: ['files'], saw: 'no file was looked at', supply: 'look at the files on the machine itself (ls -ld): a recording holds none' }),
};
