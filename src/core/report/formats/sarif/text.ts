/**
 * Text and addresses as SARIF readers take them: never empty, never longer
 * than GitHub reads, nothing invisible, no link that a stranger wrote.
 */
import { forTerminal } from '../../../base/wire-text.ts';
import { relativePath } from '../../anchor.ts';

/** Text for people to read in a viewer, at most `limit` UTF-16 units. Braces stay as they are: without arguments nothing is filled in, and people paste policy lines. */
export function sarifText(text: string, limit: number = TEXT_LIMIT): string {
  // `[text](target)` is a link in a message (SARIF 2.1.0 §3.11.6); apart, its halves are text.
  const safe = forTerminal(text.replaceAll('](', '] ('), limit);
  return safe === '' ? '(empty)' : safe;
}

/** A path as a relative reference (RFC 3986 §4.2) from the working directory; one outside of it as it was named. */
export function pathUri(path: string, cwd: string): string {
  const relative = relativePath(path, cwd).replaceAll(LONE, '\ufffd');
  // Two slashes at the start would name a host (§3.3), a colon in the first part a scheme: the one is cut, the other encoded.
  const uri = relative.replace(/^\/+/, '/').split('/').map(encodeURIComponent).join('/');
  return uri === '' ? '.' : uri;
}

/** Characters of a text that GitHub reads (rule descriptions; the same for messages keeps uploads small). */
export const TEXT_LIMIT = 1024;
const LONE = /\p{Surrogate}/gu;
