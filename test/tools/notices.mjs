// The licence texts of every package whose code was bundled into dist/.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** @param {string[]} inputs files that went into the bundle */
export async function notices(inputs) {
  const packages = new Set(inputs.map(packageOf).filter((name) => name !== undefined));
  const sections = await Promise.all([...packages].sort().map(section));
  return `egret bundles the packages below. Their licences follow.\n\n${sections.join('\n')}`;
}

function packageOf(file) {
  const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
  return match?.[1];
}

async function section(folder) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled but has no licence file`);
  const text = await readFile(path.join(folder, file), 'utf8');
  return `${'='.repeat(72)}\n${name} ${version} (${license})\n${'='.repeat(72)}\n${text.trim()}\n`;
}
