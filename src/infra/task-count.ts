import { type IResolvable, Token } from "cdktn";
import { tf } from "#terraform/expressions.ts";

export interface TaskCountProps {
  readonly desiredCount: number;
  readonly mostTasks: number | null;
}

/** Whether a service never has more than one task, unless while it is replaced. */
export function isSingle({ desiredCount, mostTasks }: TaskCountProps): boolean | IResolvable {
  const isKnown = !Token.isUnresolved(desiredCount) && !Token.isUnresolved(mostTasks);
  return isKnown ? (mostTasks ?? desiredCount) <= 1 : tf`coalesce(${mostTasks}, ${desiredCount}) <= 1`;
}
