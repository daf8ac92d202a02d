/**
 * A telemetry list of the user's → hosts. Formats are told apart line by line:
 * hosts files, plain domains, and the part of the ad blockers' language that
 * speaks of hosts (`||host^`, `@@||host^`). Every line is a rule, understood and
 * not about hosts (counted by kind), or a mistake with its place. Never opens
 * what a list refers to.
 */
import { canonicalAddress } from '../base/address.ts';
import type { Mistake } from '../base/errors.ts';
import { sha256Hex } from '../base/fingerprint.ts';
import { normalHost, suffixKind } from '../base/host-name.ts';
import { BELOW, HostSet, ITSELF } from './host-set.ts';
import { quote } from './tree.ts';

export interface TelemetryList {
  readonly path: string;
  /** Of the file's text. */
  readonly sha256: string;
  readonly hosts: HostSet;
  readonly exceptions: HostSet;
  /** Rules, as they were written. */
  readonly rows: number;
  readonly exceptionRows: number;
  /** Lines that were understood and say nothing of hosts, by kind. */
  readonly skipped: ReadonlyMap<SkippedKind, number>;
  readonly unusable: number;
  /** The first of the lines that cannot be used. */
  readonly mistakes: readonly Mistake[];
}

type SkippedKind = 'element hiding' | 'parts of URLs' | 'conditions that packets do not show' | 'names of the own machine' | 'rows that lead to other addresses' | 'addresses';

/** Takes the text and how the user named its file. Never fails: a list of nothing but mistakes has no rows. */
export function readTelemetryList(text: string, path: string): TelemetryList {
  const reader = new Reader(path);
  let start = text.startsWith('\ufeff') ? 1 : 0;
  for (let line = 1; start < text.length; line++) {
    const feed = text.indexOf('\n', start);
    const end = feed < 0 ? text.length : feed;
    reader.line(text.slice(start, end), line);
    start = end + 1;
  }
  return { path, sha256: sha256Hex(text), hosts: reader.hosts, exceptions: reader.exceptions, rows: reader.rows, exceptionRows: reader.exceptionRows, skipped: reader.skipped, unusable: reader.unusable, mistakes: reader.mistakes };
}

interface Word {
  readonly word: string;
  readonly column: number;
}

class Reader {
  readonly hosts = new HostSet();
  readonly exceptions = new HostSet();
  readonly skipped = new Map<SkippedKind, number>();
  readonly mistakes: Mistake[] = [];
  rows = 0;
  exceptionRows = 0;
  unusable = 0;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  line(raw: string, line: number): void {
    const text = raw.trim();
    if (text === '' || text.startsWith('!') || text.startsWith('#') || /^\[[^\]]*\]$/.test(text)) return;
    if (raw.length > LINE_LIMIT) this.#mistake(line, 1, `the line has ${raw.length} characters`, EXPECTED);
    else if (HIDING.test(text)) this.#skip('element hiding');
    else if (text.startsWith('@@')) this.#blockerRule(text.slice(2), line, raw.indexOf('@@') + 3, true);
    else if (text.startsWith('|') || text.includes('^') || text.includes('$')) this.#blockerRule(text, line, raw.indexOf(text) + 1, false);
    else if (text.startsWith('/') || (text.includes('/') && !URL_START.test(text) && !/\s/.test(text))) this.#skip('parts of URLs');
    else this.#words(raw, line);
  }

  /** `||host^$options`: the host and all below it. */
  #blockerRule(text: string, line: number, column: number, isException: boolean): void {
    const dollar = text.lastIndexOf('$');
    const options = dollar < 0 ? '' : text.slice(dollar + 1);
    const body = dollar < 0 ? text : text.slice(0, dollar);
    if (options !== '' && !options.split(',').every((option) => HARMLESS.has(option.trim().toLowerCase()))) {
      this.#skip('conditions that packets do not show');
      return;
    }
    const host = /^\|\|(?:\*\.)?([^/^*|:?=&]+)(?:\^\|?)?$/.exec(body)?.[1];
    if (host === undefined) {
      this.#skip('parts of URLs');
      return;
    }
    const below = body.startsWith('||*.');
    const at = column + (below ? 4 : 2);
    const normal = this.#host(host, line, at, true);
    if (normal !== undefined) this.#file(normal, line, below ? BELOW : ITSELF | BELOW, isException);
  }

  /** A hosts row, or a host alone; what follows `#` is a comment. */
  #words(raw: string, line: number): void {
    const hash = raw.indexOf('#');
    const [first, ...rest] = wordsOf(hash < 0 ? raw : raw.slice(0, hash));
    if (first === undefined) return;
    const address = addressOf(first.word);
    if (address === undefined && rest.length > 0) {
      this.#mistake(line, first.column, `${quote(first.word)} is no address, and a host stands alone`, EXPECTED);
    } else if (address === undefined) {
      const below = first.word.startsWith('*.');
      const host = this.#host(below ? first.word.slice(2) : first.word, line, first.column, below);
      if (host !== undefined) this.#file(host, line, below ? BELOW : ITSELF, false);
    } else if (rest.length === 0) this.#skip('addresses');
    else if (SINKS.has(address) || address.startsWith('127.')) for (const { word, column } of rest) this.#sunk(word, line, column);
    else this.#skip('rows that lead to other addresses');
  }

  #sunk(word: string, line: number, column: number): void {
    if (OWN_NAMES.has(word.toLowerCase()) || word.toLowerCase().startsWith('ip6-') || addressOf(word) !== undefined) this.#skip('names of the own machine');
    else {
      const host = this.#host(word, line, column, false);
      if (host !== undefined) this.#file(host, line, ITSELF, false);
    }
  }

  /** The host in normal form; undefined when it is none, which is told. `wide`: the rule covers what is below it too. */
  #host(word: string, line: number, column: number, wide: boolean): string | undefined {
    const host = normalHost(word);
    if (addressOf(word) !== undefined) this.#skip('addresses');
    else if (URL_START.test(word)) this.#mistake(line, column, `${quote(word)} is a URL`, hostOfUrl(word));
    else if (host === undefined) this.#mistake(line, column, `${quote(word)} is no host name`, EXPECTED);
    else if (!host.includes('.')) this.#mistake(line, column, `${quote(word)} is a single label, which is no host of the internet`, EXPECTED);
    else if (wide && hasFewLabels(host) && suffixKind(host) === 'public') this.#mistake(line, column, `${quote(word)} is a public suffix: every host below it would count`, 'name the hosts that are meant');
    else return host;
    return undefined;
  }

  #file(host: string, line: number, covers: number, isException: boolean): void {
    if (!(isException ? this.exceptions : this.hosts).add(host, covers, line)) return;
    if (isException) this.exceptionRows++;
    else this.rows++;
  }

  #skip(kind: SkippedKind): void {
    this.skipped.set(kind, (this.skipped.get(kind) ?? 0) + 1);
  }

  #mistake(line: number, column: number, message: string, help: string): void {
    this.unusable++;
    if (this.mistakes.length < MISTAKE_CAP) this.mistakes.push({ message, at: { file: this.#path, line, column }, help });
  }
}

function hasFewLabels(host: string): boolean {
  let labels = 1;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) labels++;
  return labels <= SUFFIX_LABELS_MAX;
}

/** Words between spaces and tabs, with their columns. By hand, because a list has hundreds of thousands of lines. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let start = -1;
  for (let at = 0; at <= text.length; at++) {
    const code = text.charCodeAt(at);
    const isWord = at < text.length && code !== SPACE && !(code >= TAB && code <= RETURN);
    if (isWord && start < 0) start = at;
    if (isWord || start < 0) continue;
    words.push({ word: text.slice(start, at), column: start + 1 });
    start = -1;
  }
  return words;
}

/** Reading an address costs more than the whole line; a host ends in a letter, mostly, and lists repeat the same address. */
function addressOf(word: string): string | undefined {
  if (SINKS.has(word) || word === '127.0.0.1') return word;
  const last = word.charCodeAt(word.length - 1);
  return (last >= 48 && last <= 57) || word.includes(':') ? canonicalAddress(word) : undefined;
}

function hostOfUrl(url: string): string {
  const host = normalHost(/^[a-z]+:\/\/([^/:?#]*)/i.exec(url)?.[1] ?? '');
  return host === undefined ? EXPECTED : `write the host alone: ${host}`;
}

const EXPECTED = 'a line is a host, `0.0.0.0 host` or `||host^`; comments begin with # or !';
const HIDING = /#[@?$%]{0,2}#/;
const SPACE = 32;
const TAB = 9;
const RETURN = 13;
const URL_START = /^[a-z]+:\/\//i;
/** Addresses to which hosts files send what they block, besides 127.0.0.0/8. */
const SINKS: ReadonlySet<string> = new Set(['0.0.0.0', '::', '::1']);
const OWN_NAMES: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'local', 'broadcasthost', 'localhost4', 'localhost6', 'localhost6.localdomain6']);
/** Options that do not narrow a rule to part of what goes to the host: an app has no first party that packets show. */
const HARMLESS: ReadonlySet<string> = new Set(['third-party', '3p', 'strict3p', 'important', 'all', 'document', 'doc', 'match-case']);
/** Longest line that can be a rule about a host: 253 characters, with room for options and a comment. */
const LINE_LIMIT = 4096;
/** Public suffixes with four labels are a handful of schools; longer names need not be looked up. */
const SUFFIX_LABELS_MAX = 3;
/** Lines shown that cannot be used: enough to see what is wrong with the file. */
const MISTAKE_CAP = 5;
