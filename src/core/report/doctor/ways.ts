/** The ways besides packets, each from its facts: egret's proxy, the owner of a connection, marks, the way out, the screen. */
import { bytes } from '../layout/amounts.ts';
import type { Advice, Way } from './diagnosis.ts';
import type { DoctorFacts, ProxyBeyond } from './facts.ts';

export function proxyWay({ proxy, machine }: DoctorFacts): Way {
  return {
    id: 'proxy',
    title: 'proxy',
    state: proxy.kind === 'works' ? 'works' : 'no',
    found: proxy.kind === 'works' ? `a tunnel through it carried ${bytes(proxy.bytes)} there and back in ${proxy.ms} ms` : proxy.said,
    parts: [],
    sees: 'the host and port that the app asks for, hellos of TLS, heads in clear, bytes and times; needs no rights',
    blind: 'what ignores the proxy\'s variables (plain sockets, Node 20), QUIC, STUN and other UDP, lookups; what is inside TLS',
    advice: proxy.kind === 'works' ? [] : [{ text: machine.loopback.length === 0 ? 'bring the loopback interface up' : 'let programs of yours listen on and connect to 127.0.0.1: a firewall or a sandbox forbids it', commands: machine.loopback.length === 0 && machine.platform === 'linux' ? [`${machine.isRoot ? '' : 'sudo '}ip link set lo up`] : [] }],
  };
}

export function ownersWay({ owner, machine }: DoctorFacts): Way {
  const common = { id: 'owners', title: 'owners', parts: [], sees: 'the process behind a connection: number, program, words, parents, user; so which component it is' } as const;
  if (owner.kind === 'unsupported') return { ...common, state: 'no', found: machine.platform === 'linux' ? 'there is no process file system at /proc' : 'only Linux tells, by /proc', blind: 'every owner', advice: [{ text: 'name the components\' local ends in a run sheet (docs/run-sheet.md)', commands: [] }] };
  if (owner.kind === 'failed') return { ...common, state: 'no', found: owner.said, blind: 'every owner', advice: machine.hidesProcesses ? [{ text: '/proc hides processes (hidepid): run egret as root, or in the group that /proc is mounted with', commands: [] }] : [] };
  const blind = ['what closed its socket before it was looked for', ...(owner.seesOthers ? [] : ['processes of other users']), ...(machine.container === undefined ? [] : ['processes outside this container'])];
  const isSlow = !owner.asksKernel && owner.sockets >= MANY_SOCKETS;
  return {
    ...common,
    state: owner.seesOthers ? 'works' : 'part',
    found: `the owner of a socket of its own was found in ${owner.ms} ms, ${owner.asksKernel ? 'by asking the kernel (koffi)' : 'in the tables of /proc'}`,
    blind: blind.join('; '),
    advice: isSlow ? [{ text: `its tables hold ${owner.sockets} TCP sockets: koffi asks the kernel instead`, commands: [`${machine.addPackage} koffi`] }] : [],
  };
}

export function marksWay({ marks, machine }: DoctorFacts): Way {
  const works = marks.kind === 'works';
  return {
    id: 'marks',
    title: 'marks',
    state: works ? 'works' : 'no',
    found: works ? `a mark was taken and answered in ${marks.ms} ms (${marks.folder})` : `${marks.folder}: ${marks.said}`,
    parts: [],
    sees: 'when phases of the policy begin and end',
    blind: 'phases that nobody marks; whether a mark is true',
    advice: works ? [] : [{ text: machine.platform === 'win32' ? 'plan the phases: egret run --phases FILE' : 'plan the phases (egret run --phases FILE), or name a folder that is yours alone', commands: machine.platform === 'win32' ? [] : ['export XDG_RUNTIME_DIR="$(mktemp -d)"'] }],
  };
}

export function wayOutWay({ wayOut }: DoctorFacts): Way {
  const { forTunnels, forHttp, noProxy, mistakes } = wayOut;
  const isSame = JSON.stringify(forTunnels) === JSON.stringify(forHttp);
  const named = isSame ? [['everything', forTunnels] as const] : [['HTTPS', forTunnels] as const, ['plain HTTP', forHttp] as const];
  const words = named.map(([what, proxy]) => (proxy === undefined ? `${what} goes straight` : `${what} goes by ${placeOf(proxy)}${ANSWERS[proxy.answer]}`));
  const isDead = named.some(([, proxy]) => proxy?.answer === 'silent');
  const none = forTunnels === undefined && forHttp === undefined;
  return {
    id: 'way-out',
    title: 'way out',
    state: mistakes.length > 0 ? 'no' : isDead ? 'part' : 'works',
    found: [...mistakes, ...(none ? ['no proxy in the environment: egret connects straight'] : [`${words.join('; ')}${noProxy.length === 0 ? '' : `; but for NO_PROXY (${noProxy.slice(0, NO_PROXY_SHOWN).join(', ')}${noProxy.length > NO_PROXY_SHOWN ? ', …' : ''})`}`])].join('; '),
    parts: [],
    sees: '',
    blind: none ? 'whether a firewall lets it: nothing was sent off this machine' : 'what that proxy does with it, and how hosts answer it: nothing was sent off this machine',
    advice: advices(mistakes.length > 0, isDead),
  };
}

export function screenWay({ terminal }: DoctorFacts): Way {
  const { canDraw, columns, kind, multiplexer, hasColor, hasUnicode } = terminal;
  const facts = [kind ?? 'TERM is not set', `${columns ?? '?'} columns`, ...(multiplexer === undefined ? [] : [`in ${multiplexer}`]), hasColor ? 'colours' : 'no colours', hasUnicode ? 'UTF-8' : 'ASCII only'];
  const isWhole = canDraw && hasUnicode && (columns ?? 0) >= LEAST_COLUMNS;
  const reason = kind === 'dumb' ? 'TERM is dumb' : 'standard input or standard error is no terminal';
  return {
    id: 'screen',
    title: 'screen',
    state: isWhole ? 'works' : 'part',
    found: canDraw ? `can be drawn (egret run --screen): ${facts.join(', ')}` : `${reason}: a run writes a line for each new destination instead`,
    parts: [],
    sees: '',
    blind: '',
    advice: canDraw && !hasUnicode ? [{ text: 'set a UTF-8 locale for more than ASCII', commands: ['export LC_ALL=C.UTF-8'] }] : [],
  };
}

function advices(hasMistakes: boolean, isDead: boolean): readonly Advice[] {
  if (hasMistakes) return [{ text: 'correct the variable, or unset it for egret: until then egret run and egret proxy refuse to start', commands: [] }];
  return isDead ? [{ text: 'start that proxy, or unset the variables for egret: until then no host is reached', commands: ['unset HTTP_PROXY HTTPS_PROXY ALL_PROXY http_proxy https_proxy all_proxy'] }] : [];
}

function placeOf({ scheme, host, port, hasPassword }: ProxyBeyond): string {
  return `${scheme}://${hasPassword ? '***@' : ''}${host.includes(':') ? `[${host}]` : host}:${port}`;
}

const ANSWERS: Readonly<Record<ProxyBeyond['answer'], string>> = { listens: ', which listens', silent: ', where nobody listens', 'not-asked': ', which was not asked' };
/** TCP sockets from which on reading the kernel's tables is what takes the time. */
const MANY_SOCKETS = 2_000;
const NO_PROXY_SHOWN = 4;
/** Narrower pages cut names to nothing. */
const LEAST_COLUMNS = 40;
