/** Time in slices: a search that has had its share lets the event loop have its turn, so that no tunnel waits for somebody else's owner. */

export class Slices {
  private begun = performance.now();

  /** Whether it is somebody else's turn. */
  get isOver(): boolean {
    return performance.now() - this.begun >= SLICE;
  }

  async rest(): Promise<void> {
    await new Promise((done) => setImmediate(done));
    this.begun = performance.now();
  }
}

/** In ms: the longest that anybody waits, besides one listing of a large process. */
const SLICE = 2;
