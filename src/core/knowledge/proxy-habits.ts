/**
 * Which programs do not read HTTP_PROXY, or read it only when told so: the
 * likely reason why a connection went around the proxy. A program's name is
 * its own choice, so a row explains and proves nothing. Data only.
 */

/** What is known of a program of this name (the last part of its path will do); undefined: nothing. */
export function proxyHabitOf(program: string): string | undefined {
  const name = (program.split(/[/\\]/).at(-1) ?? '').toLowerCase().replace(/\.exe$/, '');
  return HABITS.find(({ names }) => names.test(name))?.habit;
}

const HABITS: readonly { readonly names: RegExp; readonly habit: string }[] = [
  {
    names: /^(?:node|nodejs|npm|npx|tsx|next-server.*)$/,
    habit: 'Node reads the proxy variables only with NODE_USE_ENV_PROXY=1, and only from versions 22.21 and 24.5 on; `net`, `tls` and the `ws` package never do.',
  },
  { names: /^(?:electron|chrome|chromium|chromium-browser|google-chrome|msedge|brave)$/, habit: 'Chromium and Electron take their proxy from the system\'s settings or from --proxy-server, and Electron\'s Node side reads no variables by itself.' },
  { names: /^javaw?$/, habit: 'Java reads no proxy variables: it wants -Dhttp.proxyHost and -Dhttps.proxyHost.' },
  { names: /^python[\d.]*$/, habit: 'In Python aiohttp reads the variables only with trust_env=True, and sockets and most WebSocket packages never do.' },
  { names: /^(?:ssh|git-remote-ssh|psql|mysql|redis-cli|mongosh?)$/, habit: 'This program speaks a protocol of its own and reads no proxy variables.' },
  { names: /^(?:dotnet|pwsh)$/, habit: '.NET reads the variables only where no proxy is set in code.' },
];
