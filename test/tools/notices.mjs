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
  const text = NOT_SHIPPED[name] ?? (await shipped(folder, name));
  return `${'='.repeat(72)}\n${name} ${version} (${license})\n${'='.repeat(72)}\n${text.trim()}\n`;
}

async function shipped(folder, name) {
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(entry));
  if (file === undefined) throw new Error(`${name} is bundled but has no licence file`);
  return readFile(path.join(folder, file), 'utf8');
}

/** The MIT licence under its holder's line. */
function mit(holder) {
  return `MIT License

${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
}

/** Packages whose registry archive leaves their licence out; the holder as the head of their files names it. */
const NOT_SHIPPED = { 'yoga-layout': mit('Copyright (c) Meta Platforms, Inc. and affiliates.') };
