/**
 * A strict XML 1.0 reader for tests: elements, attributes and text, or an
 * error with its offset. Refuses whatever is not well-formed (characters of
 * §2.2, names, duplicate attributes, `]]>` in text, unknown entities) and also
 * what egret never writes: comments, CDATA, processing instructions, doctypes.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** All text directly inside it. */
  readonly text: string;
}

/** The root element of a document; throws an Error that says where and why it is not well-formed. */
export function readXml(source: string): XmlElement {
  const reader = new XmlReader(source);
  return reader.document();
}

class XmlReader {
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  document(): XmlElement {
    const bad = FORBIDDEN.exec(this.source);
    if (bad !== null) this.refuse(`the character U+${(bad[0].codePointAt(0) ?? 0).toString(16)}`, bad.index);
    this.take(/<\?xml version="1\.0" encoding="UTF-8"\?>\s*/y, 'the XML declaration');
    const root = this.element();
    this.take(/\s*/y, 'white space');
    if (this.at < this.source.length) this.refuse('something behind the root element');
    return root;
  }

  private element(): XmlElement {
    const name = this.take(/<([A-Za-z_][\w.-]*)/y, 'a start tag')[1] ?? '';
    const attributes = this.attributes();
    if (this.take(/\s*(\/?)>/y, 'the end of a start tag')[1] === '/') return { name, attributes, children: [], text: '' };
    const children: XmlElement[] = [];
    let text = '';
    for (;;) {
      text += this.text(/[^<]*/y);
      if (this.source.startsWith('</', this.at)) break;
      children.push(this.element());
    }
    if (this.take(/<\/([\w.-]+)\s*>/y, 'an end tag')[1] !== name) this.refuse(`an end tag that does not close ${name}`);
    return { name, attributes, children, text };
  }

  private attributes(): Record<string, string> {
    const found = new Map<string, string>();
    for (;;) {
      ATTRIBUTE.lastIndex = this.at;
      const name = ATTRIBUTE.exec(this.source)?.[1];
      if (name === undefined) return Object.fromEntries(found);
      if (found.has(name)) this.refuse(`the attribute ${name} twice`);
      this.at = ATTRIBUTE.lastIndex;
      const value = this.text(/[^<"]*/y);
      if (/[\t\n\r]/.test(value)) this.refuse('white space that a parser would change');
      this.take(/"/y, 'the closing quote');
      found.set(name, value);
    }
  }

  private text(pattern: RegExp): string {
    const [raw = ''] = this.take(pattern, 'text');
    if (raw.includes(']]>')) this.refuse(']]> in text');
    return raw.replaceAll(/&([^;&]*);?/g, (whole, name: string) => {
      const char = whole.endsWith(';') && Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
      return char ?? this.refuse(`the entity ${whole.slice(0, 20)}`);
    });
  }

  private take(pattern: RegExp, what: string): RegExpExecArray {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found === null) this.refuse(`no ${what} where one must stand`);
    this.at = pattern.lastIndex;
    return found;
  }

  private refuse(what: string, at: number = this.at): never {
    throw new Error(`not well-formed at ${at}: ${what}: ${JSON.stringify(this.source.slice(at, at + 40))}`);
  }
}

/** What is no Char (§2.2): most C0 controls, surrogates alone, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const ATTRIBUTE = /\s+([A-Za-z_][\w.-]*)="/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
