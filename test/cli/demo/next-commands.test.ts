import { describe, expect, it } from 'vitest';
import { nextCommands } from '../../../src/cli/demo/next-commands.ts';
import { nearer, shellWord } from '../../../src/cli/shell-words.ts';
import { fakeWorld } from '../fake-world.ts';

describe('the commands to try next', () => {
  const world = { ...fakeWorld(), packagePath: (path: string) => `/opt/my egret/${path}` };

  it('are three, with the paths of the package', () => {
    expect(nextCommands({ ...world, self: 'egret' }).map(([command]) => command)).toEqual([
      'egret explain tls-intercepted',
      "egret audit '/opt/my egret/fixtures/recordings/unconfigured-provider/capture.pcapng' -p '/opt/my egret/policies/multiclaw.yaml'",
      'egret run -- npm ping',
    ]);
  });

  it('are short inside the package, and begin as the user did', () => {
    expect(nextCommands({ ...world, cwd: '/opt/my egret', self: 'node dist/main.js' })[1]?.[0]).toBe('node dist/main.js audit fixtures/recordings/unconfigured-provider/capture.pcapng -p policies/multiclaw.yaml');
  });
});

describe('words for a shell', () => {
  it.each([
    ['plain/file-1.yaml', 'plain/file-1.yaml'],
    ['with space', "'with space'"],
    ["it's", "'it'\\''s'"],
    ['$HOME;ls', "'$HOME;ls'"],
    ['', "''"],
  ])('%j is written %s', (word, written) => expect(shellWord(word)).toBe(written));

  it.each([
    ['/a/b/c', '/a/b', 'c'],
    ['/a/b', '/a/b', '/a/b'],
    ['/a/x', '/a/b', '/a/x'],
  ])('%s from %s is %s', (path, cwd, short) => expect(nearer(path, cwd)).toBe(short));
});
