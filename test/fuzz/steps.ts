/**
 * Counts the steps that a piece of work takes, so that "linear" is a number and
 * no clock: how often V8 entered a block of the product's code (precise
 * coverage with counts). The same work gives the same number on any machine.
 */
import { Session } from 'node:inspector';

/** Blocks entered while `work` ran. Slows the code it counts some times; never nest it. */
export async function stepsOf(work: () => void | Promise<void>): Promise<number> {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    await work();
    let steps = 0;
    session.post('Profiler.takePreciseCoverage', (error, found) => {
      if (error !== null) throw error;
      for (const script of found.result) if (!FOREIGN.test(script.url)) for (const { ranges } of script.functions) for (const { count } of ranges) steps += count;
    });
    return steps;
  } finally {
    session.post('Profiler.stopPreciseCoverage');
    session.post('Profiler.disable');
    session.disconnect();
  }
}

/** Node's own code and packages. */
const FOREIGN = /^node:|node_modules|^$/;
