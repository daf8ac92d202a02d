/** What an output format of a comparison is, and all of them by name. */
import type { Look } from '../layout/look.ts';
import type { Difference } from '../diff.ts';
import { diffJson } from './json.ts';
import { diffMarkdown } from './markdown.ts';
import { diffText } from './text.ts';

type RenderDiff = (difference: Difference, look: Look) => Iterable<string>;

export type DiffFormat = 'text' | 'markdown' | 'json';

export const DIFF_FORMATS: Readonly<Record<DiffFormat, RenderDiff>> = { text: diffText, markdown: diffMarkdown, json: diffJson };

export const DIFF_FORMAT_NAMES: readonly DiffFormat[] = ['text', 'markdown', 'json'];
