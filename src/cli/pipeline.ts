/** THE story of egret: from files to a report (design §2). Not joined yet on this branch; `pipeline-types.ts` is its contract. */
import type { RunAudit } from './pipeline-types.ts';

export const runAudit: RunAudit = () => Promise.reject(new Error('the pipeline is not joined yet'));
