import { describe, expect, it } from 'vitest';
import { childVariables } from '../../../src/edge/proxy/child-environment.ts';
import { readRoutes, routeFor } from '../../../src/edge/proxy/upstream.ts';

const way = (env: Readonly<Record<string, string>>, host: string, port = 443, kind: 'tunnel' | 'forward' = 'tunnel'): string => {
  const found = routeFor(readRoutes(env).routes, kind, host, port);
  return found === undefined ? 'straight' : `${found.scheme} ${found.host}:${found.port}${found.user === undefined ? '' : ` ${found.user}/${found.password}`}`;
};

describe('the user\'s own proxy', () => {
  it.each([
    ['a URL', { HTTPS_PROXY: 'http://proxy.corp:3128' }, 'http proxy.corp:3128'],
    ['without a scheme', { HTTPS_PROXY: 'proxy.corp:3128' }, 'http proxy.corp:3128'],
    ['with a slash behind it', { HTTPS_PROXY: 'http://proxy.corp:3128/' }, 'http proxy.corp:3128'],
    ['an IPv6 address', { HTTPS_PROXY: 'http://[2001:db8::1]:3128' }, 'http 2001:db8::1:3128'],
    ['SOCKS without a port', { ALL_PROXY: 'socks5h://proxy.corp' }, 'socks5 proxy.corp:1080'],
    ['TLS with the proxy itself', { HTTPS_PROXY: 'https://proxy.corp' }, 'https proxy.corp:443'],
    ['TLS with a port and a user', { HTTPS_PROXY: 'HTTPS://me:pw@proxy.corp:8443' }, 'https proxy.corp:8443 me/pw'],
    ['SOCKS 4', { ALL_PROXY: 'socks4://proxy.corp' }, 'socks4 proxy.corp:1080'],
    ['SOCKS 4a with a user id', { ALL_PROXY: 'socks4a://me@proxy.corp:9050' }, 'socks4 proxy.corp:9050 me/'],
    ['a password with an escaped colon and at sign', { HTTPS_PROXY: 'http://me:p%3Aw%40@proxy.corp:3128' }, 'http proxy.corp:3128 me/p:w@'],
    ['a password with a bare at sign', { HTTPS_PROXY: 'http://me:p@w@proxy.corp:3128' }, 'http proxy.corp:3128 me/p@w'],
    ['lower case first', { HTTPS_PROXY: 'http://upper:1', https_proxy: 'http://lower:2' }, 'http lower:2'],
    ['its own variable before ALL_PROXY', { ALL_PROXY: 'http://all:1', HTTPS_PROXY: 'http://own:2' }, 'http own:2'],
    ['none', {}, 'straight'],
    ['empty', { HTTPS_PROXY: '' }, 'straight'],
  ] as const)('is read: %s', (_, env, expected) => expect(way(env, 'a.example')).toBe(expected));

  it('is that of plain HTTP for plain requests and for tunnels to port 80', () => {
    const env = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://tunnels:2' };
    expect([way(env, 'a.example', 8080, 'forward'), way(env, 'a.example', 80), way(env, 'a.example', 443)]).toEqual(['http plain:1', 'http plain:1', 'http tunnels:2']);
  });

  it.each(['ftp://me:hunter2@proxy.corp', 'pac+https://proxy.corp/x.pac', 'https://me:hunter2@proxy.corp:0', 'http://', 'http://proxy.corp:99999', 'http://a b:1'])('that cannot be used is a mistake without its secret: %s', (text) => {
    const { routes, mistakes } = readRoutes({ HTTPS_PROXY: text });
    expect(routes.forTunnels).toBeUndefined();
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).not.toContain('hunter2');
  });
});

describe('NO_PROXY', () => {
  it.each([
    ['example.com', 'example.com', 443, 'straight'],
    ['example.com', 'a.example.com', 443, 'straight'],
    ['example.com', 'notexample.com', 443, 'proxied'],
    ['.example.com', 'a.example.com', 443, 'straight'],
    ['*.example.com', 'a.b.example.com', 443, 'straight'],
    ['EXAMPLE.com', 'Example.COM.', 443, 'straight'],
    ['example.com:8080', 'example.com', 8080, 'straight'],
    ['example.com:8080', 'example.com', 443, 'proxied'],
    ['10.0.0.0/8', '10.1.2.3', 443, 'straight'],
    ['10.0.0.0/8', '11.1.2.3', 443, 'proxied'],
    ['[2001:db8::1]', '2001:db8::1', 443, 'straight'],
    ['a.example, b.example c.example', 'c.example', 443, 'straight'],
    ['*', 'any.example', 443, 'straight'],
    // curl: an item with a leading dot is for the name itself too, and a dot behind either means nothing.
    ['.example.com', 'example.com', 443, 'straight'],
    ['example.com.', 'example.com', 443, 'straight'],
    ['example.com', 'www.example.com.', 443, 'straight'],
    ['a.example.com', 'example.com', 443, 'proxied'],
    ['example.co', 'example.com', 443, 'proxied'],
    ['com', 'example.com', 443, 'straight'],
    ['.example.com:8080', 'a.example.com', 8080, 'straight'],
    ['.example.com:8080', 'a.example.com', 8081, 'proxied'],
    ['192.0.2.1', '192.0.2.1', 443, 'straight'],
    ['192.0.2.1:8080', '192.0.2.1', 8080, 'straight'],
    ['192.0.2.1:8080', '192.0.2.1', 443, 'proxied'],
    ['2.1', '192.0.2.1', 443, 'proxied'],
    ['192.0.2.1', '192.0.2.10', 443, 'proxied'],
    ['192.0.2.1', '192.0.2.1.example.com', 443, 'proxied'],
    ['192.0.2.16/28', '192.0.2.31', 443, 'straight'],
    ['192.0.2.16/28', '192.0.2.32', 443, 'proxied'],
    ['192.0.2.1/32', '192.0.2.1', 443, 'straight'],
    ['0.0.0.0/0', '192.0.2.1', 443, 'straight'],
    ['0.0.0.0/0', 'a.example', 443, 'proxied'],
    ['10.0.0.0/33', '10.1.2.3', 443, 'proxied'],
    ['2001:db8::1', '2001:db8::1', 443, 'straight'],
    ['2001:db8::1', '2001:db8::2', 443, 'proxied'],
    ['2001:db8::1', '2001:db8:0:0::1', 443, 'straight'],
    ['2001:db8::/32', '2001:db8:1::2', 443, 'straight'],
    ['[2001:db8::]/32', '2001:db9::1', 443, 'proxied'],
    ['[2001:db8::1]:8443', '2001:db8::1', 8443, 'straight'],
    ['[2001:db8::1]:8443', '2001:db8::1', 443, 'proxied'],
    ['10.0.0.0/8', '::ffff:10.1.2.3', 443, 'straight'],
    [',, ,', 'a.example', 443, 'proxied'],
    ['a.example,*', 'b.example', 443, 'straight'],
    ['*.example', 'a.example', 443, 'straight'],
    ['a*.example', 'ab.example', 443, 'proxied'],
    ['.', 'a.example', 443, 'proxied'],
    ['', 'app.localhost', 443, 'straight'],
    ['', 'localhost', 443, 'straight'],
    ['', '127.0.0.2', 443, 'straight'],
    ['', '::1', 443, 'straight'],
    ['', 'a.example', 443, 'proxied'],
  ] as const)('%s: %s on port %s goes %s', (exempt, host, port, expected) => {
    expect(way({ HTTPS_PROXY: 'http://proxy.corp:3128', NO_PROXY: exempt }, host, port) === 'straight' ? 'straight' : 'proxied').toBe(expected);
  });
});

describe('the app\'s variables', () => {
  it('name the proxy in both cases and empty NO_PROXY', () => {
    const { variables } = childVariables({}, { address: '::1', port: 8888 });
    expect(Object.entries(variables).map(([name, value]) => `${name}=${value}`).toSorted()).toEqual([
      'ALL_PROXY=http://[::1]:8888', 'HTTPS_PROXY=http://[::1]:8888', 'HTTP_PROXY=http://[::1]:8888', 'NODE_USE_ENV_PROXY=1', 'NO_PROXY=',
      'all_proxy=http://[::1]:8888', 'http_proxy=http://[::1]:8888', 'https_proxy=http://[::1]:8888', 'no_proxy=',
    ]);
  });

  it('tell what they replace, but not what was the same or empty', () => {
    expect(childVariables({ HTTPS_PROXY: 'http://corp:1', no_proxy: 'a', ALL_PROXY: '', NODE_USE_ENV_PROXY: '1' }, { address: '127.0.0.1', port: 1 }).replaced).toEqual(['HTTPS_PROXY', 'no_proxy']);
  });
});
