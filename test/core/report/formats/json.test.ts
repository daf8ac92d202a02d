import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { CertificateFacts } from '../../../../src/core/decode/payloads/tls/facts.ts';
import { wireText } from '../../../../src/core/base/wire-text.ts';
import { buildReport, type ReportParts } from '../../../../src/core/report/build.ts';
import { json } from '../../../../src/core/report/formats/json.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { destination, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

const validate = new Ajv({ strict: true, allErrors: true }).compile(JSON.parse(readFileSync(new URL('../../../../docs/report.schema.json', import.meta.url), 'utf8')));

function render(over: Partial<ReportParts> = {}): string {
  return [...json.render(buildReport(sampleParts(over), NO_WISH), PLAIN_LOOK)].join('');
}

const CERTIFICATE: CertificateFacts = {
  subject: { CN: wireText('api.multiclaw.io') },
  issuer: { O: wireText('Lab'), CN: wireText('Lab CA') },
  sha256: 'ab'.repeat(32),
  spki: 'cd'.repeat(32),
  notBefore: 0,
  notAfter: 4_102_444_800_000_000,
  dnsNames: [wireText('api.multiclaw.io')],
  selfSigned: false,
};

describe('the JSON report', () => {
  it('matches its schema with everything in it', () => {
    const tls = { ...destination().tls, offered: ['TLS1.2'], version: ['TLS1.2'], alpn: [], ja4: [], ech: 'none' as const, chain: [CERTIFICATE] };
    validate(JSON.parse(render({ destinations: [...sampleParts().destinations, destination({ tls, via: '10.0.0.9:3128' })] })));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('matches its schema with nothing in it', () => {
    const { policy: _, ...parts } = sampleParts({ inputs: [], claims: [], entries: [], findings: [], destinations: [], lookups: [], blindSpots: [] });
    const page = [...json.render(buildReport(parts, NO_WISH), PLAIN_LOOK)].join('');
    validate(JSON.parse(page));
    expect(validate.errors ?? []).toEqual([]);
    expect(page).toContain('"destinations": []');
  });

  it('writes one row per line in a fixed order of keys', () => {
    const lines = render().split('\n');
    expect(lines.filter((line) => line.startsWith('    {"scope":0,"component":'))).toHaveLength(5);
    expect(Object.keys(JSON.parse(render()))).toEqual(['schema', 'tool', 'inputs', 'policy', 'settings', 'summary', 'claims', 'entries', 'findings', 'destinations', 'lookups', 'listeners', 'inspected', 'bypass', 'coverage', 'blindSpots']);
  });

  it('writes times as RFC 3339 with microseconds', () => {
    expect(JSON.parse(render()).inputs[0].first).toBe('2026-03-31T12:03:11.482117Z');
  });

  it('leaves out what is absent instead of writing null', () => {
    expect(render()).not.toContain('null');
  });

  it('lists every destination, however many there are', () => {
    const many = Array.from({ length: 500 }, (_, at) => destination({ name: wireText(`h${at}.example`) }));
    expect(JSON.parse(render({ destinations: many })).destinations).toHaveLength(500);
  });

  it('gives each row as a piece of its own, so that no report is one string', () => {
    const pieces = [...json.render(buildReport(sampleParts(), NO_WISH), PLAIN_LOOK)];
    expect(pieces.filter((piece) => piece.includes('"addressClass"'))).toHaveLength(8);
  });
});
