/** What must be true of the repository itself: nothing of this machine or of a registry in it, and a package that ships only what it needs. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ROOT } from './source-tree.ts';

describe('the lock file', () => {
  const lock = LOCK.parse(JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')));

  it('holds no download address', () => {
    expect(Object.entries(lock.packages).filter(([, entry]) => entry.resolved !== undefined).map(([name]) => name)).toEqual([]);
  });

  it('knows the packages it speaks of', () => {
    expect(Object.keys(lock.packages).length).toBeGreaterThan(20);
  });
});

describe('package.json', () => {
  const manifest = MANIFEST.parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));

  it('publishes without dependencies: what serves is bundled', () => {
    expect(manifest.dependencies).toBeUndefined();
  });

  it('pins exact versions', () => {
    expect(Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('packs what it needs and nothing else', () => {
    const out = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [packed] = PACKED.parse(JSON.parse(out));
    const tops = new Set(packed.files.map((file) => file.path.split('/')[0]));
    expect([...tops].filter((top) => !['dist', 'policies', 'docs', 'fixtures', 'LICENSE', 'THIRD_PARTY_NOTICES', 'CHANGELOG.md', 'README.md', 'package.json'].includes(top ?? ''))).toEqual([]);
  });
});

const LOCK = z.object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) });
const MANIFEST = z.object({ dependencies: z.object({}).optional(), devDependencies: z.record(z.string(), z.string()) });
const PACKED = z.tuple([z.object({ files: z.array(z.object({ path: z.string() })) })]);
