/**
 * Writes src/core/knowledge/public-roots.ts: names and key hashes of the roots
 * that public lists hold or once held. Takes `DATE=SOURCE=FILE.pem` for each
 * list (certifi's releases are Mozilla's list under a date), oldest first; the
 * newest list is the one that this Node was built with. A root that an older
 * list holds and no newer one counts as removed at the first list without it.
 * Run by a person, never by a build: a verdict must not change with Node.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { rootCertificates } from 'node:tls';

/** Their keys were not read anywhere, so such a row only takes suspicion away. */
const MEMORY = 'well known; in no list read';
const lists = process.argv.slice(2).map((word) => {
  const [date = '', source = '', file = ''] = word.split('=');
  return { date, source, certificates: certificatesOf(readFileSync(file, 'utf8')) };
});
lists.push({ date: '', source: `Node ${process.version}`, certificates: rootCertificates.map((pem) => new X509Certificate(pem)) });

const rows = new Map();
for (const [index, { source, certificates }] of lists.entries()) {
  for (const certificate of certificates) {
    const { cn, o, ou, spki } = factsOf(certificate);
    rows.set(`${cn}|${o}|${ou}|${spki}`, { cn, o, ou, spki, source, removed: lists[index + 1]?.date });
  }
}
for (const [cn, o, ou, source] of NAMED()) rows.set(`${cn}|${o}|${ou}`, { cn, o, ou, spki: '', source, removed: lists.find(({ date }) => date !== '')?.date });
const lines = [...rows.values()]
  .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1))
  .map(({ cn, o, ou, spki, source, removed }) => `  [${[cn, o, ou, spki, removed ?? '', source].map(quoted).join(', ')}],`);
const target = new URL('../../src/core/knowledge/public-roots.ts', import.meta.url);
const before = readFileSync(target, 'utf8');
const [head = ''] = before.split('// Generated rows');
writeFileSync(target, `${head}// Generated rows: test/tools/write-public-roots.mjs.\nconst ROWS: readonly Row[] = [\n${lines.join('\n')}\n];\n`);

function certificatesOf(text) {
  return (text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).flatMap((pem) => {
    try {
      return [new X509Certificate(pem)];
    } catch {
      return [];
    }
  });
}

function factsOf(certificate) {
  const { subject } = certificate.toLegacyObject();
  const attribute = (name) => [subject[name] ?? []].flat().join(' + ');
  const spki = createHash('sha256').update(certificate.publicKey.export({ type: 'spki', format: 'der' })).digest('hex');
  return { cn: attribute('CN'), o: attribute('O'), ou: attribute('OU'), spki };
}

/** Roots of the 1990s that left the lists before the oldest one read: by name alone. */
function NAMED() {
  return [
    ['', 'Equifax', 'Equifax Secure Certificate Authority', MEMORY],
    ['Thawte Premium Server CA', 'Thawte Consulting cc', 'Certification Services Division', MEMORY],
    ['', 'VeriSign, Inc.', 'Class 3 Public Primary Certification Authority', MEMORY],
    ['GTE CyberTrust Global Root', 'GTE Corporation', 'GTE CyberTrust Solutions, Inc.', MEMORY],
  ];
}

function sortKey({ o, cn, ou, spki }) {
  return [o, cn, ou, spki].join('|').toLowerCase();
}

function quoted(text) {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
