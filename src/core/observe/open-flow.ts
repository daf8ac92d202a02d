/** A tunnel of egret's proxy that nobody saw end: what was told of it while it went on, as the flow that it would have been. */
import { wireText } from '../base/wire-text.ts';
import { TCP } from '../decode/headers/packet.ts';
import type { FlowObservation, TunnelObservation } from './observation.ts';

/** The flow of a tunnel that was cut, with the bytes that it had moved; of its captured `legs` the client's shows the same bytes and says more. */
export function openFlow({ from, seq, flow, client, server, opened, at, form, dialled }: TunnelObservation, [up, down]: readonly [up: number, down: number], legs: readonly FlowObservation[]): FlowObservation {
  const moment = { at: opened, frame: flow };
  const part = { form, host: wireText(dialled.name), port: dialled.port, methods: [form === 'authority' ? 'CONNECT' : 'GET'], switched: false, requests: 1, first: moment, last: { at, frame: flow }, up, down };
  const seen = legs.find((leg) => leg.server.port === server.port && leg.server.address === server.address && leg.http !== undefined);
  return {
    kind: 'flow', at, seq, from: [from[0], flow], flow, transport: 'tcp', ipProtocol: TCP, client, server, direction: 'syn', opened, last: at, closed: undefined, lastFrame: flow, startSeen: true,
    outcome: 'cut', up: seen?.up ?? up, down: seen?.down ?? down, packetsUp: 0, packetsDown: 0, duplicates: 0, protocol: seen?.protocol ?? 'http', tls: seen?.tls, http: seen?.http ?? { parts: [part], moreParts: 0 }, dialled,
  };
}
