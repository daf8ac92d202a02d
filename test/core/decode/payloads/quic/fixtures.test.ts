/** What real ends said to each other, recorded once. */
import { describe, expect, it } from 'vitest';
import { readWireFixture, wireFixtures } from '../../../../build/wire-fixture.ts';
import { play, type Datagram } from './play.ts';

describe('the recordings in fixtures/wire/quic', () => {
  it('are all looked at', () => expect(wireFixtures('quic')).toEqual(['quic/draft-of-version-2.hex', 'quic/no-common-group.hex', 'quic/retry-and-hello-retry.hex']));

  it('say where they come from', () => {
    for (const name of wireFixtures('quic')) expect(readWireFixture(name).origin).toMatch(/^recorded from /);
  });

  it('show a server that wants the address proved and then another group', () => {
    const { facts, problems, session } = played('retry-and-hello-retry');
    expect(facts).toMatchObject({
      protocol: 'quic', quic: { version: 'v1', retry: true },
      tls: { hello: { sni: 'localhost', alpn: ['h3'], keyShareGroups: [29, 23, 25] }, server: { version: 'TLS1.3', group: 25, helloRetry: true }, applicationData: 'both' },
    });
    expect([problems, session.settled]).toEqual([[], true]);
  });

  it('show a server that finds no group', () => {
    const { facts, problems } = played('no-common-group');
    expect([facts.tls?.hello?.sni, facts.tls?.server, facts.quic?.close, facts.tls?.alert, problems]).toEqual(['localhost', undefined, { from: 'server', code: 0x128 }, { from: 'server', level: 2, code: 40 }, []]);
  });

  it('show the drafts of version 2', () => {
    const { facts, problems } = played('draft-of-version-2');
    expect([facts.quic?.version, facts.tls?.hello?.sni, facts.tls?.server?.version, facts.tls?.applicationData, problems]).toEqual(['draft-v2', 'localhost', 'TLS1.3', 'both', []]);
  });
});

function played(name: string): ReturnType<typeof play> {
  return play(readWireFixture(`quic/${name}.hex`).passages.map(({ side, data }): Datagram => [side, data]));
}
