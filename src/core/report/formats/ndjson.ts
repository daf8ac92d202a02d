/** One connection as one line of JSON, `egret.connection/1` (formats.md): written as connections seal, so memory stays flat. */
import { jsonSafe } from '../../base/wire-text.ts';
import type { HttpPart } from '../../decode/payloads/http/facts.ts';
import type { Verdict } from '../../policy/verdict.ts';
import type { Connection } from '../../observe/connection.ts';
import type { Process } from '../../observe/observation.ts';
import { evidenceJson, type Json, mediaJson, quicJson, timeJson, tlsJson, verdictJson } from './facts-json.ts';
import type { ConnectionFormat } from './format.ts';

export const ndjson: ConnectionFormat = {
  kind: 'connections',
  name: 'ndjson',
  description: 'one line of JSON per connection, written as it goes (docs/connection.schema.json)',
  needsPolicy: false,
  line: connectionLine,
};

/** The line of one connection and its verdict, with its line feed. */
export function connectionLine(connection: Connection, verdict: Verdict): string {
  return `${jsonSafe(JSON.stringify(connectionJson(connection, verdict)))}\n`;
}

function connectionJson(connection: Connection, verdict: Verdict): Json {
  return {
    schema: 'egret.connection/1',
    id: connection.id,
    scope: connection.scope,
    opened: timeJson(connection.opened),
    last: timeJson(connection.last),
    closed: timeJson(connection.closed),
    transport: connection.transport,
    ipProtocol: connection.ipProtocol,
    from: { address: connection.from.address, port: connection.from.port },
    to: { address: connection.to.address, port: connection.to.port },
    via: connection.via === undefined ? undefined : { address: connection.via.address, port: connection.via.port },
    addressClass: connection.addressClass,
    direction: connection.direction,
    inbound: connection.inbound,
    startSeen: connection.startSeen,
    protocol: connection.protocol,
    names: connection.names.map((claim) => ({ name: claim.name, how: claim.how, at: timeJson(connection.namedAt), corroboratedBy: claim.corroboratedBy })),
    confidence: connection.confidence,
    tls: connection.tls === undefined ? undefined : tlsJson(connection.tls),
    quic: connection.quic === undefined ? undefined : quicJson(connection.quic),
    ech: connection.ech,
    http: connection.http === undefined ? undefined : httpJson(connection.http),
    media: connection.media === undefined ? undefined : mediaJson(connection.media),
    credentialScheme: connection.credentialScheme,
    outcome: connection.outcome,
    icmpError: connection.icmpError,
    up: connection.up,
    down: connection.down,
    packets: connection.packets,
    process: connection.process === undefined ? undefined : processJson(connection.process),
    component: connection.component,
    phasesAtOpening: connection.phasesAtOpening,
    evidence: evidenceJson(connection.evidence),
    ...verdictJson(verdict),
  };
}

function processJson({ pid, name, exe, args, uid, parents }: Process): Json {
  return { pid, name, exe, args, uid, parents: parents?.map(processJson) };
}

function httpJson(part: HttpPart): Json {
  return {
    form: part.form,
    host: part.host,
    port: part.port,
    methods: part.methods,
    upgrade: part.upgrade,
    switched: part.switched,
    status: part.status,
    requests: part.requests,
    credentialScheme: part.credentialScheme,
    refusal: part.refusal,
  };
}
