/** The package as a user gets it: packed, installed elsewhere without a network, run from another folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROOT } from './source-tree.ts';

const hasNpm = spawnSync('npm', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasNpm) console.log('skipped: packing and installing the package needs npm');

describe.skipIf(!hasNpm)('the installed package', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'egret-package-'));
    mkdirSync(path.join(folder, 'elsewhere'));
    // prepack would rebuild dist/ under the tests that run beside this one.
    npm(['pack', '--ignore-scripts', '--pack-destination', folder], ROOT);
    const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
    npm(['install', '--global', '--prefix', folder, '--offline', '--ignore-scripts', path.join(folder, tarball)], folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const egret = (...words: readonly string[]): { readonly out: string; readonly err: string; readonly code: number | null } => {
    const ran = spawnSync(path.join(folder, 'bin/egret'), words, { cwd: path.join(folder, 'elsewhere'), encoding: 'utf8', env: { ...process.env, PATH: [path.join(folder, 'bin'), process.env['PATH']].join(path.delimiter) } });
    return { out: ran.stdout, err: ran.stderr, code: ran.status };
  };
  const installed = (file: string): string => path.join(folder, 'lib/node_modules/egret-audit', file);

  it('says the version of package.json', () => {
    const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
    expect(egret('--version')).toEqual({ out: `egret ${version}\n`, err: '', code: 0 });
  });

  it('brings the pages that egret explain prints', () => {
    expect(wordsOf(egret('explain', 'undeclared-host').out)).toEqual(wordsOf(readFileSync(path.join(ROOT, 'docs/rules/undeclared-host.md'), 'utf8')));
    expect(egret('explain', 'exit-codes').out).toContain('not-enough-evidence');
  });

  it('audits its recording against its policy', () => {
    const { out, code } = egret('audit', installed('fixtures/recordings/unconfigured-provider/capture.pcapng'), '-p', installed('policies/multiclaw.yaml'), '--quiet', '--format', 'text');
    expect(out).toContain('error    feature-off  api.anthropic.com:443/tcp (gateway)');
    expect(code).toBe(1);
  });

  it('runs the demo, whose commands to try next are for the installed program', () => {
    const { err, code } = egret('demo', '--format', 'json=demo.json');
    expect(code).toBe(0);
    const next = err.split('\n').filter((line) => line.startsWith('  egret ')).map((line) => line.trim());
    expect(next).toEqual(['egret explain tls-intercepted', `egret audit ${installed('fixtures/recordings/unconfigured-provider/capture.pcapng')} -p ${installed('policies/multiclaw.yaml')}`, 'egret run -- npm ping']);
    expect(egret(...(next[0] ?? '').split(' ').slice(1)).code).toBe(0);
    expect(egret(...(next[1] ?? '').split(' ').slice(1)).out).toContain('error    feature-off  api.anthropic.com:443/tcp (gateway)');
  });

  it('brings licence, notices and changelog, and no sources', () => {
    expect(readdirSync(installed('')).toSorted()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD_PARTY_NOTICES', 'dist', 'docs', 'fixtures', 'package.json', 'policies']);
    // Messages, help pages and the README name pages of it, and these each other.
    expect(pagesIn(installed('docs'))).toEqual(pagesIn(path.join(ROOT, 'docs')));
    expect(readFileSync(installed('THIRD_PARTY_NOTICES'), 'utf8')).toContain('yaml ');
  });
});

describe.skipIf(!hasNpm)('npm start', () => {
  // Its prestart would rebuild dist/ under the tests that run beside this one.
  it('runs the demo and ends well', () => {
    const ran = spawnSync('npm', ['start', '--silent', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' });
    expect(ran.status).toBe(0);
    expect(ran.stdout).toContain('egret watched a demo (servers on this machine stood in for every host and address)');
    expect(ran.stderr).toContain('  node dist/main.js audit fixtures/recordings/unconfigured-provider/capture.pcapng -p policies/multiclaw.yaml');
  });

  it('is what the README says', () => expect(readFileSync(path.join(ROOT, 'README.md'), 'utf8')).toMatch(/^```\nnpm ci && npm start {5}# the demo:/m));
});

function npm(words: readonly string[], cwd: string): void {
  execFileSync('npm', words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Pages are wrapped to the terminal. */
function pagesIn(folder: string): ReadonlySet<string> {
  return new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }));
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/);
}
