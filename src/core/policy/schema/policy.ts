/** The policy file, version 1 (design §5). The JSON Schema in docs/ is generated from this (test/tools/write-schemas.ts). */
import * as z from 'zod';
import { acceptance, denial, entry, publishedRow, tlsVersions } from './entry.ts';
import { carry, id, oneOrMany, strict, text } from './strict.ts';
import { address, date, end, host, inspection, judgement, mode, protocol, severity } from './words.ts';

const version = z.literal(1, { error: () => carry('this egret reads policies of version 1', 'write `egret: 1`') });

const source = strict('a source', {
  title: text.describe('Title of the document.'),
  path: text.exactOptional().describe('Where it is: path or address.'),
  updated: date.exactOptional().describe('Date of the edition that the policy was written from.'),
});

const componentMatch = strict('an item of `match`', {
  exe: text.exactOptional().describe('File name of the program, `*` as wildcard.'),
  name: text.exactOptional().describe('Process name, `*` as wildcard. A process writes it itself.'),
  args: text.exactOptional().describe('Command line, `*` as wildcard.'),
  parent: id.exactOptional().describe('Component that an ancestor of the process belongs to.'),
  uid: z.int().min(0).exactOptional().describe('Numeric user id.'),
  listens: end.exactOptional().describe('Address and port it listens on: `127.0.0.1:18789/tcp`.'),
});

const component = strict('a component', {
  match: z.array(componentMatch).min(1).describe('How its processes are told: keys of an item AND, items OR. Children inherit.'),
  covered: z.boolean().exactOptional().describe('false: shown, but not held against "the list is complete". Default: true.'),
});

const variable = strict('a variable', {
  type: z.enum(['endpoints', 'hosts', 'text']).describe('`endpoints`: `host:port/transport`; `hosts`; or plain `text`.'),
  default: z.array(z.string()).exactOptional().describe('Value where none is given by `--set` or the run sheet. Default: empty.'),
});

const defaults = strict('`defaults`', {
  unlisted: judgement.exactOptional().describe('What a destination is that no entry names. Default: violation.'),
  lan: judgement.exactOptional().describe('What a nameless private or link-local peer is. Default: review.'),
  tls: tlsVersions.exactOptional().describe('TLS versions of every connection. Default: min "1.2".'),
  inspection: inspection.exactOptional().describe('Inspection of entries that do not say. Default: unknown.'),
});

const webrtc = strict('`webrtc`', {
  component: oneOrMany(id).exactOptional().describe('Components that may hold WebRTC sessions. Default: any.'),
  phase: oneOrMany(id).exactOptional().describe('Phases in which they may. Default: any.'),
  peers: z.enum(['any', 'lan', 'none']).exactOptional().describe('Where direct peers may be. Default: any.'),
  stun: z.enum(['declared-only', 'any']).exactOptional().describe('Which STUN servers may be asked. Default: declared-only.'),
});

const published = strict('an item of `published`', {
  id: id.describe('Short name of the list.'),
  source: text.exactOptional().describe('Source and section it stands in.'),
  complete: z.boolean().exactOptional().describe('true: the list says of itself that it is complete. Default: false.'),
  rows: z.array(publishedRow).min(1).describe('Rows as printed. They are compared and exported; they never admit a connection.'),
});

const localLeg = strict('an item of `local`', {
  component: id.describe('Component that connects.'),
  to: id.describe('Component that listens.'),
  address: address.describe('Loopback address of the listener; the port may be any.'),
  protocol: protocol.exactOptional().describe('Protocol of the leg. Default: any.'),
});

const posture = strict('an item of `files`', {
  path: text.describe('File or folder; `~` is the home of the user.'),
  mode: mode.exactOptional().describe('Permission bits in octal, in quotes: "0700".'),
  secrets: z.enum(['none', 'encrypted']).exactOptional().describe('`none`: no API key may stand in it; `encrypted`: only as `enc:…`.'),
});

const claim = strict('a line of `claims`', {
  id: id.describe('Id of the promise, unique in the policy.'),
  text: text.describe('The promise in the vendor\'s words.'),
  check: text.describe('Check that settles it; `not-observable` needs a `reason`.'),
  entries: oneOrMany(id).exactOptional().describe('Entries that the promise speaks of.'),
  hosts: oneOrMany(host).exactOptional().describe('Hosts that the promise speaks of.'),
  reason: text.exactOptional().describe('Why nothing on the wire can settle it.'),
  source: text.exactOptional().describe('Source and section: `inventory#no-telemetry`.'),
});

/** The whole file. */
export const policySchema = strict('a policy', {
  egret: version.describe('Version of the policy language: 1.'),
  name: text.describe('What the policy is for.'),
  sources: z.record(id, source).exactOptional().describe('Documents that the policy was written from, by short name.'),
  components: z.record(id, component).exactOptional().describe('Parts of the product that hold their own connections.'),
  features: z.record(id, text).exactOptional().describe('What a user can switch on, with what it means.'),
  phases: z.array(id).exactOptional().describe('Phases of a run; they may overlap.'),
  variables: z.record(id, variable).exactOptional().describe('Values that each installation gives itself.'),
  defaults: defaults.exactOptional().describe('What holds where an entry does not say.'),
  verification: strict('`verification`', {
    store: z.enum(['system', 'bundled', 'unknown']).describe('Trust store that the product verifies certificates with.'),
    pinning: text.exactOptional().describe('`none`, or what is pinned. Default: none.'),
  }).exactOptional().describe('How the product verifies certificates.'),
  dns: strict('`dns`', {
    resolvers: z.union([z.literal('system'), z.array(address).min(1)]).exactOptional().describe('`system`, or the addresses that may be asked. Default: system.'),
    encrypted: judgement.exactOptional().describe('What DNS over TLS, HTTPS or QUIC is. Default: violation.'),
  }).exactOptional().describe('Name resolution.'),
  proxy: z.enum(['honoured', 'ignored', 'unknown']).exactOptional().describe('Whether HTTP_PROXY and HTTPS_PROXY are used. Default: unknown.'),
  connections: z.array(entry).describe('The inventory: what may be contacted, when, by whom.'),
  published: z.array(published).exactOptional().describe('Other lists of the same vendor, to be compared.'),
  'must-not': z.array(denial).exactOptional().describe('What must never be contacted.'),
  listen: z.record(id, z.union([z.literal('none'), z.array(end)])).exactOptional().describe('Per component: `none`, or the ends it may listen on. A component that is absent is not judged.'),
  inbound: z.enum(['none', 'any']).exactOptional().describe('Whether connections from outside may be accepted. Default: any.'),
  webrtc: webrtc.exactOptional().describe('Where peer-to-peer media is expected. Absent: nowhere.'),
  local: z.array(localLeg).exactOptional().describe('Loopback connections that are meant to exist.'),
  files: z.array(posture).exactOptional().describe('Claims about files of the machine, looked at only when asked.'),
  claims: z.array(claim).exactOptional().describe('The promises themselves, one line each.'),
  accept: z.array(acceptance).exactOptional().describe('Known deviations. They change the exit code, never the claim.'),
  rules: z.record(id, severity).exactOptional().describe('Severities set anew: rule → error, warning or note.'),
});

/** The file as written, once it is valid. */
export type PolicyInput = z.output<typeof policySchema>;
export type EntryInput = z.output<typeof entry>;
