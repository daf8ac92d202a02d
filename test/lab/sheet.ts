import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';
import { PHASES, UPDATER } from './app/control.ts';
import type { Phase } from './app/control.ts';
import { DPI } from './dpi/switches.ts';
import { FAULTS } from './hosts.ts';
import { MEDIA } from './media/switches.ts';

const MARKER = '# Measured by the recorder:';
/** What the recorder reads of a run sheet: the features, and the story's switches. The rest is not its business. */
const SHEET = z.object({
  features: z.array(z.string()),
  story: z.object({
    switches: z.strictObject({
      phases: z.array(z.enum(PHASES)),
      misbehave: z.array(z.string()).default([]),
      dpi: DPI.optional(),
      updater: UPDATER.optional(),
      media: MEDIA.optional(),
      /** Established connections to port 443 of these hosts are reset on the path, once, while the app is idle. */
      breaks: z.array(z.string()).optional(),
      linger: z.number().default(0),
      ...FAULTS.shape,
    }),
  }),
});

export type Sheet = z.infer<typeof SHEET>;

export interface Measured {
  readonly phases: readonly { readonly phase: Phase; readonly from: string; readonly to: string }[];
  readonly components: readonly { readonly component: string; readonly local: readonly string[] }[];
}

export function readSheet(file: string): Sheet {
  return SHEET.parse(parse(readFileSync(file, 'utf8')));
}

/** Writes what stands below the marker; everything above, the expectations too, stays as its author wrote it in `file`. */
export function writeMeasured(file: string, to: string, measured: Measured): void {
  const text = readFileSync(file, 'utf8');
  const at = text.indexOf(MARKER);
  if (at < 0) throw new Error(`${file}: no line "${MARKER}"`);
  const phases = measured.phases.map((range) => `  - { phase: ${range.phase}, from: ${range.from}, to: ${range.to} }\n`);
  const components = measured.components.map(({ component, local }) => `  - component: ${component}\n    local:\n${local.map((end) => `      - "${end}"\n`).join('')}`);
  writeFileSync(to, `${text.slice(0, at)}${MARKER}\nphases:\n${phases.join('')}components:\n${components.join('')}`);
}
