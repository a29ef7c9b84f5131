import type { Observation } from "../observation.ts";
import type { RunBoard } from "./run-board.ts";
import type { Service } from "./service.ts";
import type { World } from "./world.ts";

/** A way of scaling, to be compared with others in the same world. */
export interface Policy {
  readonly name: string;
  /** Whether the workers have a supervisor, which protects their tasks and drains them. */
  readonly supervised: boolean;
  /** How often it looks. */
  readonly everySeconds: number;
  /** How far ahead it wants announced runs to be read. */
  readonly horizonSeconds: number;
  /** Another instance, with a memory of its own. */
  start(surroundings: PolicySurroundings): Scaler;
}

export interface PolicySurroundings {
  readonly world: World;
  readonly maxWorkers: number;
  /** For CloudWatch's view of the tasks. */
  readonly service: Service;
  /** For those who know the future. */
  readonly board: RunBoard;
}

/** Looks once, and says what is to change. */
export type Scaler = (look: () => Observation, now: number) => Change | undefined;

export interface Change {
  readonly desired: number;
  readonly drain: readonly string[];
  /** @default the policy's `everySeconds` */
  readonly lookAgainSeconds?: number;
}
