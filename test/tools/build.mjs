// Builds dist/: one ES module per entry and shared chunk, dependencies bundled.
// `node test/tools/build.mjs` — called by prestart, pretest and prepack.
import { rm, readFile, writeFile, chmod } from 'node:fs/promises';
import { build } from 'esbuild';
import { notices } from './notices.mjs';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
await rm('dist', { recursive: true, force: true });
const result = await build({
  entryPoints: { main: 'src/main.ts', 'demo-app': 'src/demo-app.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Optional peers: where the user has them.
  external: ['koffi', 'pcap'],
  chunkNames: 'chunks/[name]-[hash]',
  // ink and react look at the environment: the slow half of react, and a debugger.
  define: { EGRET_VERSION: JSON.stringify(version), 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
  alias: { 'react-devtools-core': './test/tools/no-devtools.mjs', ws: './test/tools/no-devtools.mjs' },
  // yaml and commander are CommonJS inside: their require() needs a home.
  banner: { js: "import { createRequire as egretRequire } from 'node:module'; const require = egretRequire(import.meta.url);" },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});
const main = await readFile('dist/main.js', 'utf8');
await writeFile('dist/main.js', main.startsWith('#!') ? main : `#!/usr/bin/env node\n${main}`);
await chmod('dist/main.js', 0o755);
await writeFile('THIRD_PARTY_NOTICES', await notices(Object.keys(result.metafile.inputs)));
