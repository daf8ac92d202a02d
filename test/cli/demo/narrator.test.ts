import { describe, expect, it } from 'vitest';
import { wireText } from '../../../src/core/base/wire-text.ts';
import type { FlowObservation, LookupObservation } from '../../../src/core/observe/observation.ts';
import { PLAIN_LOOK, type Look } from '../../../src/core/report/layout/look.ts';
import { Narrator } from '../../../src/cli/demo/narrator.ts';

const END = { address: '127.0.0.1', port: 1 };

function flow(number: number, host: string, facts: Partial<FlowObservation> = {}): FlowObservation {
  return {
    kind: 'flow', at: 0, seq: number, from: [0, number], flow: number, transport: 'tcp', ipProtocol: 6, client: END, server: END, direction: 'syn', opened: 0, last: 0, lastFrame: 0, startSeen: true, outcome: 'app-data',
    up: 10, down: 20, packetsUp: 1, packetsDown: 1, duplicates: 0, protocol: 'tls', dialled: { name: wireText(host), port: 443, by: 'egret' }, ...facts,
  };
}

function lookup(number: number, name: string): LookupObservation {
  return { kind: 'lookup', at: 0, seq: number, from: [0, number], client: END, resolver: END, transport: 'tcp', name: wireText(name), type: 'A', typeNumber: 1, cnames: [], addresses: [], services: [], rcode: 'NXDOMAIN', answers: 0, truncated: false, unasked: false, tries: 1 };
}

function narrated(work: (narrator: Narrator) => void, look: Look = PLAIN_LOOK): readonly string[] {
  let text = '';
  work(new Narrator(look, (more) => (text += more)));
  return text.split('\n').filter((line) => line !== '');
}

describe('the narrator', () => {
  it('tells flows in the order in which they began, however they end', () => {
    const told = narrated((narrator) => {
      narrator.observed(flow(2, 'ws.multiclaw.io'), undefined);
      narrator.observed(flow(3, 'api.multiclaw.io'), undefined);
      narrator.observed(flow(1, 'cdn.multiclaw.io'), undefined);
    });
    expect(told.filter((line) => line.startsWith('egret')).map((line) => /\S+:443/.exec(line)?.[0])).toEqual(['cdn.multiclaw.io:443', 'ws.multiclaw.io:443', 'api.multiclaw.io:443']);
  });

  it('says no verdict that nobody gave', () => expect(narrated((narrator) => narrator.observed(flow(1, 'cdn.multiclaw.io'), undefined))[1]).toBe('egret  not judged cdn.multiclaw.io:443: 10 bytes up, 20 down'));

  it('says the verdict with which the host was dialled', () => {
    const told = narrated((narrator) => {
      narrator.destination({ host: 'CDN.multiclaw.io', port: 443 }, { kind: 'wrong-port' });
      narrator.observed(flow(1, 'cdn.multiclaw.io', { outcome: 'refused' }), undefined);
    });
    expect(told[1]).toBe('egret  wrong-port cdn.multiclaw.io:443: refused');
  });

  it('tells what is in no scene as that', () => expect(narrated((narrator) => narrator.observed(flow(1, 'stranger.example'), undefined))[0]).toBe('app    does something that is not in the demo: stranger.example'));

  it('says that a name was looked up in vain', () => {
    const told = narrated((narrator) => {
      narrator.observed(lookup(1, 'o0.ingest.sentry.io'), { kind: 'undeclared' });
      narrator.observed(flow(1, '203.0.113.53'), undefined);
    });
    expect(told).toEqual(['app    The desktop app asks DNS where to report crashes, and leaves it at that.', 'egret  undeclared o0.ingest.sentry.io: looked up in vain']);
  });

  it.each([40, 80, 120])('keeps to %i columns, escapes what is hostile and paints only the verdict', (columns) => {
    const told = narrated((narrator) => {
      narrator.begin('127.0.0.1:65535');
      narrator.destination({ host: `${'a'.repeat(60)}.\u001b[31m.example`, port: 443 }, { kind: 'undeclared' });
      narrator.observed(flow(1, `${'a'.repeat(60)}.\u001b[31m.example`), undefined);
    }, { columns, unicode: false, style: (role, text) => (role === 'dim' ? text : `<${role}>${text}</>`) });
    expect(told.every((line) => line.replaceAll(/<\w+>|<\/>/g, '').length <= columns)).toBe(true);
    expect(told.join('')).not.toContain('\u001b');
    expect(told.filter((line) => line.includes('<bad>')).map((line) => line.slice(0, 25))).toEqual(['egret  <bad>undeclared</>']);
  });
});
