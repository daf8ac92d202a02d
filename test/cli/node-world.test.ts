import { lstatSync, symlinkSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeWorld } from '../../src/cli/node-world.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'egret-world-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const world = nodeWorld(process, '0.0.0-test');

describe('the real world', () => {
  it('puts a file under its name only when it is whole', async () => {
    const path = join(folder, 'report.json');
    writeFileSync(path, 'old');
    const file = await world.openOutput(path);
    file.write('half ');
    expect(readFileSync(path, 'utf8')).toBe('old');
    file.write('whole é');
    await file.commit();
    expect(readFileSync(path, 'utf8')).toBe('half whole é');
    expect(readdirSync(folder)).toEqual(['report.json']);
  });

  it('leaves no trace of a discarded file, also when it was committed before', async () => {
    const gone = await world.openOutput(join(folder, 'gone.json'));
    gone.write('x');
    await gone.discard();
    const kept = await world.openOutput(join(folder, 'kept.json'));
    await kept.commit();
    await kept.discard();
    expect(readdirSync(folder)).toEqual(['kept.json']);
  });

  it('writes devices in place', async () => {
    const file = await world.openOutput('/dev/null');
    file.write('x');
    await file.commit();
    expect(await world.exists('/dev/null')).toBe(true);
  });

  it('refuses a device for what is committed with a first part', async () => {
    await expect(world.openOutput('/dev/null', 'prepended')).rejects.toMatchObject({ code: 'ESPIPE' });
  });

  it('writes through a link and leaves the link', async () => {
    const target = join(folder, 'target.json');
    const link = join(folder, 'link.json');
    writeFileSync(target, 'old');
    symlinkSync(target, link);
    const file = await world.openOutput(link);
    file.write('new');
    await file.commit('first ');
    expect([lstatSync(link).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'first new']);
  });

  it('refuses a folder', async () => {
    await expect(world.openOutput(folder)).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('reads the package\'s own documentation from wherever it runs', async () => {
    expect(await world.packageText('docs/exit-codes.md')).toContain('# Exit codes');
    expect(await world.packageText('docs/no-such-page.md')).toBeUndefined();
    expect(await world.packageFolder('docs')).toContain('exit-codes.md');
  });

  it.each([
    ['by its name where the shell finds it by that', '/usr/local/bin/egret', 'egret'],
    ['by node and its file elsewhere', '/opt/egret/dist/main.js', 'node /opt/egret/dist/main.js'],
    ['by a short file below', join(process.cwd(), 'dist', 'main.js'), 'node dist/main.js'],
    ['by node and its file where only npm had put it on the path', '/tmp/it/node_modules/.bin/egret', 'node /tmp/it/node_modules/.bin/egret'],
    ['by node and its file where the shell would find another', '/home/me/bin/egret', 'node /home/me/bin/egret'],
    ['in words that the shell takes as they are', '/home/my tools/main.js', "node '/home/my tools/main.js'"],
  ])('names itself %s', (_, file, words) => {
    const host = Object.create(process, { argv: { value: [process.execPath, file, 'demo'] }, env: { value: { PATH: '/tmp/it/node_modules/.bin:/usr/local/bin:/usr/bin' } } });
    expect(nodeWorld(host, '0.0.0-test').self).toBe(words);
  });

  it('knows where its package is', () => expect(readFileSync(world.packagePath('policies/multiclaw.yaml'), 'utf8')).toContain('name: MultiClaw'));
});
