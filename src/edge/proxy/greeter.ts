/** Listens to a client's first words in whichever language its first byte speaks. */
import type { EarlyBytes } from './early-bytes.ts';
import { hearHttp } from './http-greeting.ts';
import type { Heard } from './request.ts';
import { languageOf, SocksGreeting } from './socks-greeting.ts';

export class Greeter {
  private readonly pseudonym: string;
  private socks: SocksGreeting | undefined;
  /** The client has begun to speak HTTP, and would understand an answer in it. */
  isHttp = false;

  constructor(pseudonym: string) {
    this.pseudonym = pseudonym;
  }

  /** Understands as much of what waits as there is, answering by `say` on the way; undefined: more must come. */
  listen(early: EarlyBytes, say: (bytes: Uint8Array) => void): Extract<Heard, { kind: 'asked' | 'refused' }> | undefined {
    while (early.bytes.length > 0) {
      const heard = this.hear(early.bytes);
      if (heard.kind === 'more') return undefined;
      if (heard.kind === 'refused') return heard;
      early.used(heard.used);
      if (heard.kind === 'asked') return heard;
      say(heard.bytes);
    }
    return undefined;
  }

  /** One step; `data` are the bytes that no earlier step has used, at least one. */
  private hear(data: Uint8Array): Heard {
    if (this.socks === undefined && !this.isHttp) {
      const language = languageOf(data[0] ?? 0);
      if (language === 'http') this.isHttp = true;
      else this.socks = new SocksGreeting(language === 'socks4' ? 4 : 5);
    }
    return this.socks === undefined ? hearHttp(data, this.pseudonym) : this.socks.hear(data);
  }
}
