/** Ports that a system hands out anew in each run: they tell connections of one run apart, and nothing from run to run. */

/** Whether the server's port is one of those: of programs of the own machine, which let the system choose where others have a number of their own. */
export function isChanceListener(kind: string, inbound: boolean, port: number): boolean {
  return port >= FIRST_CHANCE_PORT && (inbound || kind === 'undeclared-local');
}

/** Linux begins its range here, others at 49,152 (RFC 6335 §6). */
const FIRST_CHANCE_PORT = 32_768;
