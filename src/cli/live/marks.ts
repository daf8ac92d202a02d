/**
 * Everything that marks phases while a run goes on, in one place: `egret mark`
 * from elsewhere, a plan, keys of the screen. Opens what listens, and closes
 * it; a machine that lets nobody listen costs the run nothing but that.
 */
import type { Mistake } from '../../core/base/errors.ts';
import { markFolder } from '../../edge/marks/folder.ts';
import { listenForMarks, type MarkListener } from '../../edge/marks/listen.ts';
import type { MarkAnswer, MarkWish } from '../../edge/marks/words.ts';
import { readUserText } from '../files.ts';
import type { World } from '../world.ts';
import { playPhases, readPhasePlan, type PlannedMark } from './phase-plan.ts';
import { LivePhases } from './phases.ts';

/** Names the socket in the environment of the app. */
export const MARK_SOCKET = 'EGRET_MARK';

export interface MarkChoice {
  readonly declared: readonly string[] | undefined;
  /** `--phases FILE`. */
  readonly planFile?: string | undefined;
  readonly tell: (phase: string, edge: 'start' | 'end') => void;
}

export class Marks {
  /** Where it listens; undefined where it cannot. */
  readonly socket: string | undefined;
  private readonly phases: LivePhases;
  private readonly plan: readonly PlannedMark[];
  private readonly listener: MarkListener | undefined;
  private stopPlan: () => void = () => {};

  private constructor(phases: LivePhases, plan: readonly PlannedMark[], listener: MarkListener | undefined) {
    this.phases = phases;
    this.plan = plan;
    this.listener = listener;
    this.socket = listener?.socket;
  }

  /** Listens. Gives all mistakes of the plan; throws UsageError when it cannot be read. */
  static async open(choice: MarkChoice, world: World): Promise<{ readonly marks: Marks; readonly mistakes: readonly Mistake[] }> {
    const { planFile: file, declared, tell } = choice;
    const { marks: plan, mistakes } = file === undefined ? NO_PLAN : readPhasePlan(await readUserText(file, 'the plan of phases', world), file, declared);
    const phases = new LivePhases({ declared, isPlanned: file !== undefined, tell });
    // Another user's folder under this name, or a system without such sockets: only `egret mark` will not find this run.
    const listener = mistakes.length > 0 ? undefined : await listenForMarks(markFolder(world.env['XDG_RUNTIME_DIR']), world.pid, (wish) => phases.mark(wish)).catch(() => undefined);
    return { marks: new Marks(phases, plan, listener), mistakes };
  }

  /** The app starts now, and the plan with it. */
  begin(): void {
    const { phases, plan } = this;
    if (!plan.some(({ phase }) => phase === 'launch')) phases.begin();
    this.stopPlan = playPhases(plan, (wish) => phases.mark(wish));
  }

  mark(wish: MarkWish): MarkAnswer {
    return this.phases.mark(wish);
  }

  /** Nobody listens any more, and nothing is marked any more. */
  async close(): Promise<void> {
    this.stopPlan();
    this.phases.close();
    await this.listener?.close();
  }
}

const NO_PLAN = { marks: [], mistakes: [] };
