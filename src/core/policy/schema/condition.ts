/** `when:` of the language (design §5): keys AND, lists OR, `not` negates, `any` ORs across keys. */
import * as z from 'zod';
import { id, oneOrMany, strict } from './strict.ts';

/** A condition as written. */
export type ConditionInput = 'always' | ConditionKeys;

interface ConditionKeys {
  always?: true | null;
  feature?: string | string[];
  phase?: string | string[];
  running?: string | string[];
  not?: ConditionInput;
  any?: ConditionInput[];
}

export const condition: z.ZodType<ConditionInput> = z
  .lazy(() =>
    z.union([
      z.literal('always'),
      strict('a condition', {
        always: z.union([z.literal(true), z.null()]).exactOptional().describe('No condition; the same as leaving `when` out.'),
        feature: oneOrMany(id).exactOptional().describe('One of these features is on. Features that nobody stated are unknown, not off.'),
        phase: oneOrMany(id).exactOptional().describe('One of these phases was running when the connection opened.'),
        running: oneOrMany(id).exactOptional().describe('One of these components was running.'),
        not: condition.exactOptional().describe('The condition below does not hold.'),
        any: z.array(condition).min(1).exactOptional().describe('At least one of these conditions holds: OR across keys.'),
      }),
    ]),
  )
  .meta({ id: 'condition' });
