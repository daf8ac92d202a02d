/** Listens to a client's first words in whichever language its first byte speaks. */
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

  /** One step; `data` are the bytes that no earlier step has used, at least one. */
  hear(data: Uint8Array): Heard {
    if (this.socks === undefined && !this.isHttp) {
      const language = languageOf(data[0] ?? 0);
      if (language === 'http') this.isHttp = true;
      else this.socks = new SocksGreeting(language === 'socks4' ? 4 : 5);
    }
    return this.socks === undefined ? hearHttp(data, this.pseudonym) : this.socks.hear(data);
  }
}
