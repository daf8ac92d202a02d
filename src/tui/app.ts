/** The one component: lines as they come, and keys on their way to the screen. The only place besides `open-screen.ts` that knows ink. */
import { Box, Text, useInput } from 'ink';
import { createElement, memo, type ReactNode, useSyncExternalStore } from 'react';
import type { Key } from './keys.ts';

/** What is shown, and who hears the keys. Its functions need no `this`. */
export interface Shown {
  readonly subscribe: (listener: () => void) => () => void;
  /** The same array until something changed. */
  readonly lines: () => readonly string[];
  readonly key: (input: string, key: Key) => void;
}

/** One padded text a line: boxes and nested texts cost ink three times as much. */
export function App({ shown }: { readonly shown: Shown }): ReactNode {
  const lines = useSyncExternalStore(shown.subscribe, shown.lines);
  useInput(shown.key);
  // oxlint-disable-next-line react/no-array-index-key -- a line is its place
  return createElement(Box, { flexDirection: 'column' }, lines.map((text, index) => createElement(Line, { key: index, text })));
}

const Line = memo(({ text }: { readonly text: string }): ReactNode => createElement(Text, { wrap: 'truncate' }, text));
