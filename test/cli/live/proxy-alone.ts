/** Tests of the proxy run on machines whose other traffic is none of their business. */
export function proxyAlone(words: readonly string[]): readonly string[] {
  const [verb = '', ...rest] = words;
  return verb === 'run' && !rest.includes('--capture') ? [verb, '--capture', 'none', ...rest] : words;
}
