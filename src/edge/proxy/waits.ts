/** How long the proxy waits for whom, in milliseconds. Every wait is for one step of a tunnel; an open one may be silent for days. */

/** From the first byte to the last of a head, in ms: a trickle does not prolong it. People who type a request by hand manage. */
export const HEAD_WAIT = 30_000;
/** The system's resolver gives up after two tries at three servers, 5 s each (resolv.conf(5)), in ms. */
export const RESOLVE_WAIT = 30_000;
/** In ms: clients wait some 30 s for a tunnel; Linux itself would try for 127 s. */
export const DIAL_WAIT = 30_000;
/** In ms, where another address waits: RFC 8305 would try it after 0.25 s, beside the first one. */
export const NEXT_WAIT = 5_000;
/** In ms for a client to take its last answer. */
export const CLOSE_WAIT = 10_000;
/** In ms without a byte, once one end has said its last: the other may never know that nobody listens. */
export const HALF_WAIT = 300_000;
/** In ms for the client's process, beyond what the finder gives itself: a finder that breaks must not stop the traffic. */
export const IDENTIFY_WAIT = 2_000;
/** In ms for a client to answer an upstream's challenge: a person may be typing a password, and proxies keep a silent connection for some two minutes. */
export const CHALLENGE_WAIT = 120_000;
