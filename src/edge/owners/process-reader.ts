/**
 * A process as it stands in the process file system, with its ancestors up to
 * egret itself, whose own words name the app and would be taken for it. What a
 * process says of itself is bounded and loses its secrets (masked-words.ts).
 * The same process is the same object again as long as nothing of it changed.
 */
import { maskWords } from '../../core/base/masked-words.ts';
import { wireText } from '../../core/base/wire-text.ts';
import { ANCESTOR_CAP, type Ancestor, type Process } from '../../core/observe/observation.ts';
import type { Proc } from './proc.ts';

/** Of /proc/PID/stat. */
interface Stat {
  readonly name: string;
  readonly parent: number;
  readonly started: string;
  /** Changes with the process that has the id, with its parent, and with the program: its words lie elsewhere then. */
  readonly mark: string;
}

interface Known {
  readonly key: string;
  readonly facts: Ancestor;
}

/** A process as it was read. */
export interface Read {
  readonly process: Process;
  readonly parent: number;
  readonly started: string;
}

interface Whole extends Read {
  readonly mark: string;
  readonly exe: string | undefined;
  readonly key: string;
  /** By `performance.now()`: until then only its program is looked at. */
  readonly until: number;
}

export class ProcessReader {
  private readonly proc: Proc;
  /** egret's own id; ancestors from it upwards are not the app's. */
  private readonly self: number;
  private readonly known = new Map<number, Known>();
  private readonly whole = new Map<number, Whole>();

  constructor(proc: Proc, self: number) {
    this.proc = proc;
    this.self = self;
  }

  /**
   * What is to be told of a process; undefined where it is gone. Another program
   * is seen at once; words that it writes over its own, and what its ancestors
   * have become, within {@link FRESH} ms.
   */
  read(pid: number): Read | undefined {
    const stat = this.statOf(pid);
    if (stat === undefined) return undefined;
    const exe = this.exeOf(pid);
    const before = this.whole.get(pid);
    const now = performance.now();
    if (before !== undefined && now < before.until && before.mark === stat.mark && before.exe === exe) return before;
    const own = this.factsOf(pid, stat, exe, true);
    const { key, parents } = this.ancestorsOf(stat.parent);
    const whole = `${own.key}${key}`;
    const process: Process = before?.key === whole ? before.process : { ...own.facts, parents };
    const read: Whole = { process, parent: stat.parent, started: stat.started, mark: stat.mark, exe, key: whole, until: now + FRESH };
    remember(this.whole, pid, read);
    return read;
  }

  /** When the process began that had this id when it was last read. */
  startedBefore(pid: number): string | undefined {
    return this.whole.get(pid)?.started;
  }

  parentOf(pid: number): number | undefined {
    return this.statOf(pid)?.parent;
  }

  /** When it began, in ticks since the machine did: tells it from another that had its id. */
  startedAt(pid: number): string | undefined {
    return this.statOf(pid)?.started;
  }

  /** From the parent up, below egret. */
  private ancestorsOf(parent: number): { readonly key: string; readonly parents: readonly Ancestor[] } {
    const parents: Ancestor[] = [];
    let key = '';
    for (let above = parent; above > 0 && above !== this.self && parents.length < ANCESTOR_CAP; ) {
      const stat = this.statOf(above);
      if (stat === undefined) break;
      const found = this.factsOf(above, stat, this.exeOf(above), false);
      parents.push(found.facts);
      key += `\n${above} ${found.key}`;
      above = stat.parent;
    }
    return { key, parents };
  }

  /** `isFresh`: its words are read again, as it may have started another program in its own place. */
  private factsOf(pid: number, stat: Stat, exe: string | undefined, isFresh: boolean): Known {
    const words = isFresh ? this.proc.text(`${pid}/cmdline`) : undefined;
    const before = this.known.get(pid);
    const begin = `${stat.started} ${stat.name} ${exe ?? ''}\n`;
    if (before !== undefined && (words === undefined ? before.key.startsWith(begin) : before.key === begin + words)) return before;
    const line = words ?? this.proc.text(`${pid}/cmdline`) ?? '';
    const args = maskWords(wordsOf(line));
    const facts: Ancestor = {
      pid, name: wireText(longName(stat.name, exe, args[0])), exe: exe === undefined ? undefined : wireText(exe.slice(0, PATH_CAP)), args: args.length === 0 ? undefined : args.map(wireText), uid: this.userOf(pid),
    };
    const known = { key: begin + line, facts };
    remember(this.known, pid, known);
    return known;
  }

  private exeOf(pid: number): string | undefined {
    return this.proc.link(`${pid}/exe`)?.replace(DELETED, '');
  }

  private statOf(pid: number): Stat | undefined {
    const text = this.proc.text(`${pid}/stat`);
    // A name may hold any sign, brackets too, so that only the last one ends it.
    const open = text?.indexOf('(') ?? -1;
    const close = text?.lastIndexOf(')') ?? -1;
    if (text === undefined || open < 0 || close < open) return undefined;
    const fields = text.slice(close + 2).split(' ');
    const name = text.slice(open + 1, close);
    return { name, parent: Number(fields[PARENT]), started: fields[STARTED] ?? '', mark: `${MARKS.map((field) => fields[field]).join(' ')} ${name}` };
  }

  private userOf(pid: number): number | undefined {
    const found = /^Uid:\t\d+\t(\d+)/m.exec(this.proc.text(`${pid}/status`) ?? '')?.[1];
    return found === undefined ? undefined : Number(found);
  }
}

/** The whole name where the kernel's, 15 bytes long, is only its begin. */
function longName(name: string, exe: string | undefined, word: string | undefined): string {
  if (Buffer.byteLength(name) < KERNEL_NAME) return name;
  const whole = [exe, word].map((path) => path?.slice(path.lastIndexOf('/') + 1)).find((file) => file?.startsWith(name) === true);
  return (whole ?? name).slice(0, NAME_CAP);
}

/** A program that writes over its words leaves one text, often with spaces after it. */
function wordsOf(line: string): string[] {
  const words = line.slice(0, WORDS_READ_CAP).split('\0').map((word) => word.trimEnd());
  while (words.at(-1) === '') words.pop();
  return words;
}

function remember<V>(memory: Map<number, V>, pid: number, value: V): void {
  if (memory.size >= KNOWN_CAP) memory.clear();
  memory.set(pid, value);
}

/** Fields of /proc/PID/stat behind the name (proc(5): 4 and 22, from 1, the name being 2). */
const PARENT = 1;
const STARTED = 19;
/** These, where code and stack begin (26, 28), and where the words lie (48, 49): the kernel scatters them anew for each program. */
const MARKS: readonly number[] = [PARENT, STARTED, 23, 25, 45, 46];
const DELETED = / \(deleted\)$/;
/** In ms: the words that a process gives itself meanwhile are seldom news, and its ancestors seldom change. */
const FRESH = 1_000;
/** Bytes of a name that the kernel keeps (TASK_COMM_LEN without its zero). */
const KERNEL_NAME = 15;
/** Characters of a name: the longest that a file can have. */
const NAME_CAP = 255;
/** Characters of a path: the longest that Linux takes. */
const PATH_CAP = 4_096;
/** Characters of a command line that are looked at: more than is kept of it (masked-words.ts). */
const WORDS_READ_CAP = 16_384;
/** Processes remembered, some 4 MB with their words; an app with more starts the memory over. */
const KNOWN_CAP = 4_096;
