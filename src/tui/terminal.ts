/** The terminal as the screen needs it: streams of the process, its size, and its ends; the command line hands it in. */

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Calls back when the process ends in whatever way that lets it run code; gives what takes the callback away. */
  onExit(handler: () => void): () => void;
  /** Calls back when the terminal is closed; gives what takes the callback away. */
  onHangup(handler: () => void): () => void;
}
