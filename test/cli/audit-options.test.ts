import { describe, expect, it } from 'vitest';
import { type RawAuditOptions, readAuditOptions } from '../../src/cli/commands/audit-options.ts';
import { FORMATS } from '../../src/core/report/formats/index.ts';

function read(over: Partial<RawAuditOptions> = {}, files: readonly string[] = ['a.pcap']): ReturnType<typeof readAuditOptions> {
  return readAuditOptions(files, { failOn: 'warning', color: 'auto', ...over }, FORMATS);
}

describe('readAuditOptions', () => {
  it('leaves out what was not given: unknown is not off', () => {
    expect(read().choice.audit).toEqual({ files: ['a.pcap'], variables: {}, local: [], caFiles: [], wish: { failOn: 'warning', require: { phases: [], claims: [] } } });
  });

  it.each([
    ['none', []],
    ['openai', ['openai']],
    ['openai, anthropic,openai', ['openai', 'anthropic']],
  ])('reads --with %s as the whole set', (text, features) => {
    expect(read({ with: text }).choice.audit.features).toEqual(features);
  });

  it('gathers values of one variable into a list, empty when told so', () => {
    expect(read({ set: ['mcp=a:443/tcp', 'mcp=b=c', 'none='] }).choice.audit.variables).toEqual({ mcp: ['a:443/tcp', 'b=c'], none: [] });
  });

  it('keeps a variable called like a property of every object', () => {
    expect(Object.hasOwn(read({ set: ['__proto__=x'] }).choice.audit.variables, '__proto__')).toBe(true);
  });

  it('reads networks', () => {
    expect(read({ local: ['10.0.0.0/8', 'fd00::/8'] }).choice.audit.local.map(({ text }) => text)).toEqual(['10.0.0.0/8', 'fd00::/8']);
  });

  it.each<[string, Partial<RawAuditOptions>, string, string]>([
    ['--fail-on', { failOn: 'warn' }, '--fail-on is error, warning, note or never, not "warn"', ''],
    ['--fail-on', { failOn: 'eror' }, '--fail-on is error', 'did you mean --fail-on error?'],
    ['--color', { color: 'alway' }, '--color is auto, always or never', 'did you mean --color always?'],
    ['--scope', { scope: 'machin' }, '--scope is app or machine', 'did you mean --scope machine?'],
    ['--platform', { platform: 'window' }, '--platform is linux, macos or windows', 'did you mean --platform windows?'],
    ['--with', { with: '' }, '--with names no feature', '--with none'],
    ['--with', { with: 'none,openai' }, '--with none stands alone', 'or none'],
    ['--set', { set: ['mcp'] }, '--set wants name=value, not "mcp"', '--set mcp_hosts='],
    ['--local', { local: ['10.0.0.1/8'] }, '--local wants an address or a network', '10.0.0.0/8'],
    ['--require', { require: ['claims=C12'] }, '--require entries and claims speak of a policy', '--policy FILE'],
    ['--output over an input', { output: 'a.pcap' }, 'a.pcap is read and would be overwritten', 'another file'],
    ['--record over the policy', { policy: 'p.yaml', record: 'p.yaml' }, 'p.yaml is read and would be overwritten', 'another file'],
    ['--record where the report goes', { output: 'r', record: 'r' }, 'would both be written to r', 'its own file'],
    ['source of the policy', { policy: '-' }, 'policies, run sheets, lists and baselines are not read from standard input', 'name a file'],
  ])('refuses a wrong %s', (_, over, message, help) => {
    const { mistakes } = read(over, ['a.pcap']);
    const found = mistakes.find((mistake) => mistake.message.includes(message));
    expect(found?.message ?? JSON.stringify(mistakes)).toContain(message);
    expect(found?.help ?? '').toContain(help);
  });

  it('gives every mistake, not the first', () => {
    expect(read({ failOn: 'x', color: 'x', scope: 'x', with: '', set: ['x'], local: ['x'], format: ['x'], require: ['x'] }).mistakes).toHaveLength(8);
  });
});
