/** Which needs of claims (design §6) a run on this machine could meet, and what takes the others away. Every need has its row, so that a new one cannot be forgotten. */
import { PROBLEMS } from '../../base/problem.ts';
import { NEEDS, type Need } from '../../judge/claim.ts';
import type { NeedOutlook } from './diagnosis.ts';
import type { CaptureTry, DoctorFacts } from './facts.ts';

/** In the order of the fixed list; `packets` is the capture that the run would take. */
export function needOutlooks(facts: DoctorFacts, packets: CaptureTry | undefined): readonly NeedOutlook[] {
  return NEEDS.map((need) => {
    const { outlook, why } = OUTLOOKS[need]({ facts, packets });
    return { need, outlook, why };
  });
}

interface View {
  readonly facts: DoctorFacts;
  readonly packets: CaptureTry | undefined;
}

type Outlook = Pick<NeedOutlook, 'outlook' | 'why'>;

function can(why: string): Outlook {
  return { outlook: 'can', why };
}

function cannot(why: string): Outlook {
  return { outlook: 'cannot', why };
}

function depends(why: string): Outlook {
  return { outlook: 'depends', why };
}

function end({ packets }: View): Outlook {
  if (packets === undefined) return can('the proxy is there until the app has ended');
  return packets.result.kind === 'armed' && packets.result.isDrained ? can('a datagram of egret\'s own is the last packet of the capture') : cannot(PROBLEMS['capture-undrained'].text);
}

function wire({ packets }: View): Outlook {
  if (packets === undefined) return cannot(PROBLEMS['proxy-only'].text);
  if (packets.result.kind !== 'armed') return cannot(PROBLEMS['capture-unarmed'].text);
  return packets.result.countsLosses ? can('as long as the capture loses no packet, which is counted') : cannot(PROBLEMS['capture-uncounted'].text);
}

function owners({ facts: { owner }, packets }: View): Outlook {
  if (owner.kind !== 'found') return cannot('no process is found behind a connection here; a run sheet can name the components\' local ends');
  if (packets !== undefined && !owner.seesOthers) return depends('on whether programs of other users connect meanwhile: theirs are not found');
  return depends('on `components:` of the policy, which says which program is which part');
}

const OUTLOOKS: Readonly<Record<Need, (view: View) => Outlook>> = {
  'start-covered': ({ packets }) => (packets === undefined || packets.result.kind === 'armed' ? can('egret starts the app, after it has begun to watch') : cannot(PROBLEMS['capture-unarmed'].text)),
  'end-covered': end,
  'wire-complete': wire,
  'names-complete': ({ packets }) => (packets === undefined ? depends('on whether the app asks the proxy for names, not for addresses') : depends('on whether names are looked up in clear or shown in hellos')),
  'dns-in-clear': ({ packets }) => (packets === undefined ? cannot('lookups do not go through the proxy') : depends('on whether lookups are made in clear, not by HTTPS or TLS')),
  'scope-known': ({ packets }) => can(packets === undefined ? 'only the app knows where the proxy is' : 'a whole machine; --scope app where nothing else runs'),
  'process-complete': owners,
  'bytes-complete': () => can('the run is watched from its begin'),
  'tls-visible': () => depends('on the servers: TLS 1.3 hides their certificates'),
  'protocols-known': () => depends('on whether egret reads the protocols that the app speaks'),
  'marks-present': ({ facts: { marks } }) => can(marks.kind === 'works' ? 'by egret mark or --phases' : 'by --phases; egret mark does not work here'),
  'condition-known': () => depends('on what you say: --with, --phases and `components:`'),
  exercised: () => depends('on what the app does while it is watched'),
};
