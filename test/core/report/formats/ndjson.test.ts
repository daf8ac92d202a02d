import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { connectionLine } from '../../../../src/core/report/formats/ndjson.ts';
import { connection, evidence } from '../../../build/sample-report.ts';

const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(new URL('../../../../docs/connection.schema.json', import.meta.url), 'utf8')));

describe('a connection line', () => {
  it('matches its schema with everything in it', () => {
    const at = { at: 5, frame: 1 };
    const rich = connection({
      via: { address: '10.0.0.9', port: 3128 },
      http: { form: 'authority', host: wireText('api.multiclaw.io'), port: 443, methods: ['CONNECT'], upgrade: wireText('websocket'), switched: true, status: 200, requests: 1, first: at, last: at, up: 1, down: 2, credentialScheme: 'Basic' },
      icmpError: '3/13',
      process: { pid: 4121, name: wireText('node'), exe: wireText('/usr/bin/node'), args: [wireText('node'), wireText('gateway.js')], uid: 1000, parents: [{ pid: 1, name: wireText('init') }] },
      component: 'gateway',
    });
    const telemetry = { pattern: '*.x.example', class: 'crash', organisation: 'X', source: 'https://x.example/', date: '2026-01-01', matched: 'a.x.example' } as const;
    const line = connectionLine(rich, { kind: 'wrong-port', entry: 'cloud-api', leg: 0, by: 'name', name: 'a.x.example', shadowed: ['b'], ambiguousEntry: true, conditionUnknown: ['feature:openai'], reason: 'port 443 was declared', telemetry });
    validate(JSON.parse(line));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('matches its schema with as little as a connection can have', () => {
    const { tls: _tls, closed: _closed, phasesAtOpening: _phases, ...bare } = connection({ names: [], protocol: 'unknown', evidence: evidence(3) });
    const line = connectionLine(bare, { kind: 'unjudged' });
    validate(JSON.parse(line));
    expect(validate.errors ?? []).toEqual([]);
    expect(line).not.toContain('null');
  });

  it('is one line that names its schema first', () => {
    const line = connectionLine(connection(), { kind: 'declared', entry: 'cloud-api' });
    expect(line.startsWith('{"schema":"egret.connection/1","id":"0.17"')).toBe(true);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(JSON.parse(line)).toMatchObject({ opened: '2026-03-31T12:03:11.482117Z', verdict: 'declared', entry: 'cloud-api', up: 1800 });
  });
});
