import { request } from 'node:http';
import { Agent } from 'node:https';
import type { RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';

/** Reaches every host through CONNECT to one proxy, as an app does that honours HTTPS_PROXY. */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: string) {
    super({ keepAlive: true });
    this.#proxy = new URL(proxy);
  }

  override createConnection(options: RequestOptions, callback?: (error: Error | null, stream: Duplex) => void): undefined {
    const host = options.host ?? '';
    const authority = `${host}:${options.port ?? 443}`;
    // The type asks for a stream beside an error too.
    const fail = (error: Error): void => callback?.(error, new Socket());
    const ask = request({ host: this.#proxy.hostname, port: this.#proxy.port, method: 'CONNECT', path: authority, headers: { host: authority } });
    ask.once('error', fail);
    ask.once('connect', (answer, socket) => {
      if (answer.statusCode === 200) callback?.(null, connect({ socket, servername: host, ALPNProtocols: ['http/1.1'] }));
      else fail(new Error(`the proxy answered ${answer.statusCode}`));
    });
    ask.end();
  }
}
