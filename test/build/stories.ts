/** The recorded stories: where they are, and what a person wrote down beforehand that an audit of each must find. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../source-tree.ts';

const STORIES_FOLDER = 'fixtures/recordings';
export const STORY_POLICY = 'policies/multiclaw.yaml';

interface ExpectedFinding {
  readonly rule: string;
  readonly subject: string;
  readonly severity?: string;
}

/** The `story.expect` block of a run sheet; no tool ever rewrites it. */
interface Expectation {
  readonly findings: readonly ExpectedFinding[];
  readonly entries: Readonly<Record<string, string>>;
  readonly claims: Readonly<Record<string, string>>;
  readonly exit: number;
  /** Of blocked entries: what stopped them. */
  readonly layers: Readonly<Record<string, string>>;
}

export interface Story {
  readonly name: string;
  /** Path from the project's root. */
  readonly folder: string;
  readonly capture: string;
  readonly expect: Expectation;
  /** What the run sheet sets the variable of MCP servers to, without ports. */
  readonly mcpHosts: readonly string[];
}

export function stories(): Story[] {
  return readdirSync(path.join(ROOT, STORIES_FOLDER), { withFileTypes: true })
    .filter((found) => found.isDirectory())
    .map(({ name }) => readStory(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The stored bytes of a story's capture. */
export function readCaptureOf(story: Story): Uint8Array {
  return Uint8Array.from(readFileSync(path.join(ROOT, story.capture)));
}

function readStory(name: string): Story {
  const folder = `${STORIES_FOLDER}/${name}`;
  const sheet: { variables?: { mcp_hosts?: readonly string[] }; story?: { expect?: Partial<Expectation> } } = parse(readFileSync(path.join(ROOT, folder, 'story.run.yaml'), 'utf8'));
  const { findings, entries, claims, exit, layers = {} } = sheet.story?.expect ?? {};
  if (findings === undefined || entries === undefined || claims === undefined || exit === undefined) throw new Error(`${folder}: the sheet does not say which findings, entries, claims and exit code it expects`);
  return { name, folder, capture: `${folder}/capture.pcapng`, expect: { findings, entries, claims, exit, layers }, mcpHosts: (sheet.variables?.mcp_hosts ?? []).map((endpoint) => endpoint.replace(/:.*/, '')) };
}
