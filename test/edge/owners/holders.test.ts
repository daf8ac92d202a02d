/** Where a process's next socket is looked for, before all its descriptors are. */
import { describe, expect, it } from 'vitest';
import { SocketPlaces } from '../../../src/edge/owners/holders.ts';

/** The descriptors looked at until all of `held` are found. */
function lookedAt(places: SocketPlaces, held: readonly number[], sought = held.length): number[] {
  const looked: number[] = [];
  let left = sought;
  places.search((fd) => {
    looked.push(fd);
    if (!held.includes(fd)) return 'none';
    left--;
    return left === 0 ? 'all' : 'one';
  }, sought);
  return looked;
}

function placesOf(...fds: readonly number[]): SocketPlaces {
  const places = new SocketPlaces();
  for (const fd of fds) places.found(fd);
  return places;
}

describe('the places of sockets', () => {
  it('are nowhere in a process that had none', () => {
    expect(lookedAt(new SocketPlaces(), [3])).toEqual([]);
  });

  it('go on behind the last one', () => {
    expect(lookedAt(placesOf(20), [21])).toEqual([21]);
    expect(lookedAt(placesOf(20), [22, 23, 25])).toEqual([21, 22, 23, 24, 25]);
  });

  it('are those that were freed, the lowest first, and the ones behind them', () => {
    const places = placesOf(20, 21, 22, 23);
    for (const fd of [22, 20]) places.ended(fd);
    expect(lookedAt(places, [20, 21, 22])).toEqual([24, 25, 20, 21, 22]);
  });

  it('are freed no more once a socket was found there', () => {
    const places = placesOf(20, 21, 30);
    places.ended(20);
    places.found(20);
    places.found(30);
    expect(lookedAt(places, [40])).toEqual([31, 32, 21, 20, 30]);
  });

  it('are those held longest where nothing is known to be free, in turns', () => {
    const places = placesOf(...Array.from({ length: 40 }, (_, index) => index));
    expect(lookedAt(places, [], 1)).toEqual([40, 41, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(lookedAt(places, [13])).toEqual([40, 41, 12, 13]);
  });
});
