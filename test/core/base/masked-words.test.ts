import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskWords } from '../../../src/core/base/masked-words.ts';

const SECRET = 'hunter2hunter2';

describe('the words of a command line', () => {
  const hidden: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['an option with its value', [`--token=${SECRET}`], ['--token=***']],
    ['an option before its value', ['--password', SECRET, 'x'], ['--password', '***', 'x']],
    ['a longer name that ends so', [`--github-api-key=${SECRET}`, '--db.password', SECRET], ['--github-api-key=***', '--db.password', '***']],
    ['a variable', [`OPENAI_API_KEY=${SECRET}`], ['OPENAI_API_KEY=***']],
    ['a query', [`https://a.example/x?id=7&access_token=${SECRET}&y=1`], ['https://a.example/x?id=7&access_token=***&y=1']],
    ['user and password of an address', [`postgres://me:${SECRET}@db.example:5432/x`], ['postgres://***@db.example:5432/x']],
    ['a token as the user of an address', [`https://${SECRET}@git.example/x`], ['https://***@git.example/x']],
    ['a header', ['-H', `Authorization: Bearer ${SECRET}`, `Cookie: a=${SECRET}`], ['-H', 'Authorization: ***', 'Cookie: ***']],
    ['a key in a header', [`X-Api-Key: ${SECRET}`], ['X-Api-Key: ***']],
    ['JSON', [`{"user":"me","password":"${SECRET}","x":1}`], ['{"user":"me","password":"***","x":1}']],
    ['what curl takes for user and password', ['-u', `me:${SECRET}`, '--proxy-user', `me:${SECRET}`], ['-u', '***', '--proxy-user', '***']],
    ['keys of a known kind', [`sk-proj-${SECRET}${SECRET}`, 'AKIAIOSFODNN7EXAMPLE', `ghp_${'a1'.repeat(18)}`, 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln'], ['***', '***', '***', '***']],
    ['a long hexadecimal word', ['run', 'd41d8cd98f00b204e9800998ecf8427e'], ['run', '***']],
    ['a scheme and its word', [`-Dproxy=basic ${SECRET}`], ['-Dproxy=basic ***']],
  ];
  it.each(hidden)('lose %s', (_what, words, kept) => {
    expect(maskWords(words)).toEqual(kept);
    expect(maskWords(words).join(' ')).not.toContain(SECRET);
  });

  const open: readonly (readonly string[])[] = [
    ['node', 'openclaw', 'gateway', '--port', '18789'],
    ['/opt/App/App', '--type=renderer', '--lang=en-US', '--user-data-dir=/home/me/.config/App', '--no-sandbox'],
    ['curl', '-sS', 'https://api.example.com/v1/keys?page=2'],
    ['git', 'commit', '-m', 'tokenise the author'],
    ['--token', '--verbose'],
    ['ssh', 'me@host.example', '-p', '22'],
    [],
  ];
  it.each(open.map((words) => [words] as const))('stay as they are where nothing is secret: %j', (words) => {
    expect(maskWords(words)).toEqual(words);
  });

  it('are bounded, each and together', () => {
    const kept = maskWords(Array.from({ length: 1000 }, () => 'word '.repeat(1000)));
    expect(kept.length).toBeLessThanOrEqual(64);
    expect(kept.join('').length).toBeLessThanOrEqual(1024);
    expect(maskWords(Array.from({ length: 1000 }, () => 'x'))).toHaveLength(64);
  });

  it('never show what stands behind a secret\'s name', () => {
    const name = fc.constantFrom('--token', '--api-key', 'DB_PASSWORD', '--client-secret', 'x-auth');
    fc.assert(fc.property(name, fc.stringMatching(/^[A-Za-z0-9+/]{6,40}$/), (option, secret) => {
      expect(maskWords([`${option}=${secret}`]).join(' ')).toBe(`${option}=***`);
    }), { seed: 7, numRuns: 200 });
  });
});
