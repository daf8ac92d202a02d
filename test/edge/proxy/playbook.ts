/** Plays events to a tunnel's state machine and writes its commands down, one short line each, as a test reads them. */
import { Tunnel } from '../../../src/edge/proxy/tunnel.ts';
import type { TunnelCommand, TunnelEvent, TunnelOptions } from '../../../src/edge/proxy/tunnel-words.ts';

export class Playbook {
  readonly tunnel: Tunnel;

  /** `isKnown`: who the client is was found at once. */
  constructor(options: Partial<TunnelOptions> = {}, isKnown = true) {
    this.tunnel = new Tunnel({ pseudonym: 'egret-test', admit: () => undefined, route: () => undefined, isSelf: () => false, isOffLimits: () => false, ...options });
    this.tunnel.begin();
    if (isKnown) this.tunnel.on({ kind: 'identified' });
  }

  /** Commands of one event; waits are left out, being the same everywhere. */
  on(event: TunnelEvent): string[] {
    return this.tunnel.on(event).filter(({ kind }) => kind !== 'wait').map(line);
  }

  client(text: string | Uint8Array): string[] {
    return this.on({ kind: 'data', from: 'client', data: bytes(text) });
  }

  server(text: string | Uint8Array): string[] {
    return this.on({ kind: 'data', from: 'server', data: bytes(text) });
  }

  /** Up to the moment when the server is connected. */
  reach(request: string | Uint8Array, addresses: readonly string[] = ['192.0.2.1']): string[] {
    return [...this.client(request), ...this.on({ kind: 'resolved', addresses }), ...this.on({ kind: 'connected' })];
  }
}

export function bytes(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text, 'latin1') : text;
}

function line(command: TunnelCommand): string {
  if (command.kind === 'send') return `${command.to} ${JSON.stringify(Buffer.from(command.data).toString('latin1'))}`;
  if (command.kind === 'resolve') return `resolve ${command.name}`;
  if (command.kind === 'dial') return `dial ${command.address} ${command.port}`;
  if (command.kind === 'end') return `end ${command.to}`;
  if (command.kind === 'pause' || command.kind === 'resume') return `${command.kind} ${command.from}`;
  return command.kind === 'wait' ? 'wait' : command.kind;
}
