import { describe, expect, it } from 'vitest';
import { buildReport } from '../../../../src/core/report/build.ts';
import { FORMATS } from '../../../../src/core/report/formats/index.ts';
import { PLAIN_LOOK } from '../../../../src/core/report/layout/look.ts';
import { claim, finding, NO_WISH, sampleParts } from '../../../build/sample-report.ts';

const HINT = { sender: 'Electron', what: 'spell-check dictionaries', why: 'downloads them', stop: 'setSpellCheckerDictionaryDownloadURL', source: 'https://www.electronjs.org/docs' };

function rendered(name: string, known: boolean): string {
  const format = FORMATS.get(name);
  if (format?.kind !== 'report') throw new Error(`${name} is no format of reports`);
  const found = finding({ rule: 'undeclared-host', claims: ['C12'], ...(known ? { known: [HINT] } : {}) });
  const broken = claim('C12', 'broken', 'The list is complete', 'one finding', { findings: [found.fingerprint] });
  return [...format.render(buildReport(sampleParts({ claims: [broken], findings: [found] }), NO_WISH), PLAIN_LOOK)].join('');
}

describe('the hint beside a finding', () => {
  it.each(['text', 'json', 'sarif', 'markdown', 'junit', 'github'])('stands in %s, and leaves no trace where there is none', (name) => {
    expect(rendered(name, true)).toContain('Electron');
    expect(rendered(name, false)).not.toContain('Electron');
  });

  it.each(['text', 'json', 'sarif', 'markdown', 'junit'])('names the switch in %s', (name) => {
    expect(rendered(name, true)).toContain('setSpellCheckerDictionaryDownloadURL');
  });

  it.each(['sarif', 'github'])('is half a sentence of the message in %s', (name) => {
    expect(rendered(name, true)).toContain(' Consistent with Electron, spell-check dictionaries.');
  });
});
