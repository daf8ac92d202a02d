// Node 20 cannot run .ts: bundles the benchmark and runs it. `npm run bench -- --help` says what it takes.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const cache = join(here, '..', '..', '.cache');

mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, 'bench-run-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const outfile = join(folder, 'bench.mjs');
await build({
  entryPoints: [join(here, 'bench.ts')],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  logLevel: 'warning',
});
process.argv.splice(1, 1, outfile);
await import(pathToFileURL(outfile).href);
