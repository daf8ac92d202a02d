/** One row of `connections:` (design §5), key by key with what each means. */
import * as z from 'zod';
import { condition } from './condition.ts';
import { id, oneOrMany, strict, text } from './strict.ts';
import { cidr, date, host, hostPattern, hostPatternOrVariable, inspection, address, ports, protocol, size, telemetryClass, tlsVersion } from './words.ts';

export const tlsVersions = strict('`tls`', {
  min: tlsVersion.exactOptional().describe('Lowest TLS version that may be negotiated; below it is `tls-too-old`.'),
  prefer: tlsVersion.exactOptional().describe('Version to expect when both ends offer it; below it is a note.'),
});

const leg = strict('an item of `legs`', {
  port: ports.describe('Port with transport: `443/tcp`, `3478-3481/udp`, or a list.'),
  protocol: oneOrMany(protocol).exactOptional().describe('Protocol, compared at the level that was seen (https and wss are both TLS on the wire). Default: any.'),
  for: text.exactOptional().describe('What this way is for: `signaling`, `media`.'),
  when: condition.exactOptional().describe('Condition of this leg, on top of the entry\'s own.'),
});

const upload = strict('`upload`', {
  max: size.describe('Largest number of bytes sent: `16KiB`.'),
  per: z.enum(['run', 'connection']).exactOptional().describe('What the budget is counted over. Default: connection.'),
  assumed: z.boolean().exactOptional().describe('true: the number is yours, the vendor gave none; a breach is worded so.'),
});

export const entry = strict('an entry of `connections`', {
  id: id.describe('Short name of the entry; findings, claims and acceptances refer to it.'),
  name: text.exactOptional().describe('Name for people. Default: the id.'),
  host: hostPattern.exactOptional().describe('Host in lower case; `*.` in front means one or more labels below, never the apex.'),
  hosts: oneOrMany(hostPatternOrVariable).exactOptional().describe('Several hosts, or `$variable`.'),
  ip: oneOrMany(address).exactOptional().describe('Address; matches connections without a name only, unless `with-name: true`.'),
  cidr: oneOrMany(cidr).exactOptional().describe('Address block; as `ip`.'),
  'with-name': z.boolean().exactOptional().describe('`ip` and `cidr` also match connections that have a name. Default: false.'),
  port: ports.exactOptional().describe('Port with transport: `443/tcp`, `3478-3481/udp`, or a list. A bare `443` is refused.'),
  protocol: oneOrMany(protocol).exactOptional().describe('Protocol, compared at the level that was seen (https and wss are both TLS on the wire). Default: any.'),
  legs: z.array(leg).min(1).exactOptional().describe('Several ways to reach the host, instead of `port` and `protocol`.'),
  component: oneOrMany(id).exactOptional().describe('Components that may hold the connection. Default: any.'),
  when: condition.exactOptional().describe('When the connection may be opened. Default: always.'),
  text: text.exactOptional().describe('The vendor\'s own words on when it occurs.'),
  required: z.boolean().exactOptional().describe('The product does not work without it; never tried is a finding. Default: false.'),
  inspection: inspection.exactOptional().describe('Whether TLS inspection must leave the host alone.'),
  because: oneOrMany(text).exactOptional().describe('Why inspection breaks it: `websocket`, `webrtc`.'),
  carries: text.exactOptional().describe('What the connection carries, in the vendor\'s words.'),
  not: oneOrMany(text).exactOptional().describe('What it promises not to carry; usually not observable.'),
  blocked: text.exactOptional().describe('Effect of blocking, printed when the entry is blocked.'),
  source: text.exactOptional().describe('Source and section: `inventory#row-2`.'),
  relay: z.enum(['only-when-no-direct']).exactOptional().describe('Relayed media is a breach while a direct pair of the same phase had succeeded.'),
  'closes-with-phase': z.boolean().exactOptional().describe('Still open 60 s after the phase of `when` ended is `outlives-phase`. Default: false.'),
  upload: upload.exactOptional().describe('Upload budget.'),
  paths: oneOrMany(text).exactOptional().describe('HTTP paths, judged only where the request line is in clear or imported.'),
  trust: z.enum(['public', 'private']).exactOptional().describe('Whether a public or a private certificate authority is expected.'),
  reconnects: z.enum(['same-host']).exactOptional().describe('After a drop it comes back to the same host.'),
  expires: date.exactOptional().describe('Day after which the entry should be looked at again.'),
  owner: text.exactOptional().describe('Who answers for this entry.'),
  class: oneOrMany(telemetryClass).exactOptional().describe('Telemetry classes that the entry itself admits to carry.'),
  tls: tlsVersions.exactOptional().describe('TLS versions, where they differ from `defaults`.'),
});

export const denial = strict('an item of `must-not`', {
  class: oneOrMany(telemetryClass).exactOptional().describe('Classes of the telemetry catalogue. Beats wildcards.'),
  host: hostPattern.exactOptional().describe('Host that must not be contacted. Beats every entry.'),
  hosts: oneOrMany(hostPattern).exactOptional().describe('Several such hosts.'),
  because: text.describe('The promise or reason behind the denial.'),
});

export const publishedRow = strict('a row of `published`', {
  name: text.exactOptional().describe('The row\'s own title.'),
  host: hostPattern.exactOptional().describe('Host as the list gives it.'),
  hosts: oneOrMany(hostPattern).exactOptional().describe('Several hosts in one row.'),
  port: ports.describe('Port with transport.'),
  protocol: oneOrMany(protocol).exactOptional().describe('Protocol as the list gives it. Default: any.'),
});

export const acceptance = strict('an item of `accept`', {
  rule: id.describe('Rule whose findings are accepted.'),
  host: host.exactOptional().describe('Only findings about this host.'),
  entry: id.exactOptional().describe('Only findings about this entry.'),
  reason: text.describe('Why the deviation is acceptable.'),
  until: date.describe('Last day (UTC) on which it is accepted; then the finding returns.'),
  owner: text.exactOptional().describe('Who accepted it.'),
});
