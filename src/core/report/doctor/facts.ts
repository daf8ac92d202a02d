/**
 * What `egret doctor` found out of a machine, as plain values: what was tried
 * and how it went. Texts of programs and of the environment are whatever they
 * are; formats escape them. Passwords are never in here.
 */

export interface DoctorFacts {
  /** Version of egret. */
  readonly egret: string;
  readonly machine: MachineFacts;
  readonly proxy: ProxyTry;
  /** Each program by itself, in the order in which `egret run` takes them. */
  readonly captures: readonly CaptureTry[];
  readonly owner: OwnerTry;
  readonly marks: MarksTry;
  readonly wayOut: WayOut;
  readonly terminal: TerminalFacts;
}

export interface MachineFacts {
  /** As node names it: linux, darwin, win32, … */
  readonly platform: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly node: string;
  /** Of os-release; undefined where there is none. */
  readonly system: { readonly id: string; readonly like: readonly string[]; readonly name: string } | undefined;
  readonly isRoot: boolean;
  /** docker, podman, …, undefined where nothing says that it is one. */
  readonly container: string | undefined;
  /** What this process may do (CapEff); undefined where the system has no such thing. */
  readonly capabilities: { readonly mask: string; readonly netRaw: boolean; readonly netAdmin: boolean } | undefined;
  /** Its user ids are those of a user namespace, where root is not the machine's root. */
  readonly isInUserNamespace: boolean;
  /** The process file system is mounted so that other users' processes are hidden. */
  readonly hidesProcesses: boolean;
  readonly userNamespaces: 'allowed' | 'refused' | 'unknown';
  readonly loopback: readonly string[];
  /** How a package is added to where egret finds it, without its name: `npm install -g`. */
  readonly addPackage: string;
}

export type ProxyTry = { readonly kind: 'works'; readonly ms: number; readonly bytes: number } | Failed;

/** `armed`: a datagram of egret's own was seen, and the last one too where `isDrained`; `unproven`: it runs, but nothing shows that packets come. */
export type CaptureResult =
  | { readonly kind: 'armed'; readonly ms: number; readonly isDrained: boolean; readonly countsLosses: boolean }
  | { readonly kind: 'unproven'; readonly said: string }
  | { readonly kind: 'missing' | 'forbidden' | 'no-device' | 'failed'; readonly said: string };

export interface CaptureTry {
  readonly program: 'dumpcap' | 'tcpdump' | 'pcap';
  readonly device: string;
  readonly result: CaptureResult;
}

export type OwnerTry =
  | {
      readonly kind: 'found';
      readonly ms: number;
      /** Asked through koffi, not looked for in the kernel's tables. */
      readonly asksKernel: boolean;
      /** What processes of other users hold open can be read too. */
      readonly seesOthers: boolean;
      /** TCP sockets that the kernel has; what its tables take to read. */
      readonly sockets: number;
    }
  | { readonly kind: 'unsupported' }
  | Failed;

export type MarksTry = ({ readonly kind: 'works'; readonly ms: number } | Failed) & { readonly folder: string };

export interface WayOut {
  readonly forTunnels: ProxyBeyond | undefined;
  readonly forHttp: ProxyBeyond | undefined;
  readonly noProxy: readonly string[];
  /** What stands in a variable and cannot be used. */
  readonly mistakes: readonly string[];
}

export interface ProxyBeyond {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly hasPassword: boolean;
  /** Only a proxy on this machine is asked: egret doctor sends nothing off it. */
  readonly answer: 'listens' | 'silent' | 'not-asked';
}

export interface TerminalFacts {
  /** Standard input and standard error are a terminal that can move its cursor. */
  readonly canDraw: boolean;
  readonly columns: number | undefined;
  /** TERM, where it is set. */
  readonly kind: string | undefined;
  readonly multiplexer: 'tmux' | 'screen' | undefined;
  readonly hasColor: boolean;
  readonly hasUnicode: boolean;
}

/** It was tried and did not work; `said` is the machine's answer. */
interface Failed {
  readonly kind: 'failed';
  readonly said: string;
}
