import { rename } from "node:fs/promises";
import type { StateObject } from "#config/state-schema.ts";
import { count } from "#config/words.ts";
import { recordedBackend } from "#engine/recorded-backend.ts";
import { PrefectFargateError } from "#errors";
import { readState, type StateSummary } from "./read-state.ts";
import { describePlace, isSamePlace, placeOf, type StatePlace } from "./state-place.ts";

/** A state that is kept elsewhere than the config says. */
export interface StateMove {
  readonly from: StatePlace;
  readonly to: StatePlace;
  readonly resources: number;
}

/**
 * Compares where the state of a folder is kept with where the config wants it.
 *
 * @returns what has to be moved; undefined where nothing is left to be moved
 * @throws STATE_IN_TWO_PLACES, STATE_UNREADABLE
 */
export async function findStateMove(
  dir: string,
  state: StateObject | undefined,
  env: Readonly<Record<string, string>>,
): Promise<StateMove | undefined> {
  const from = placeOf(recordedBackend(dir), dir);
  const to = placeOf(state, dir);
  if (isSamePlace(from, to)) return undefined;
  const [source, target] = await Promise.all([readState(from, env), readState(to, env)]);
  if (source === undefined || source.resources === 0) return undefined;
  if (target === undefined || target.resources === 0) return { from, to, resources: source.resources };
  if (source.content !== target.content)
    throw inTwoPlaces({ place: from, ...source }, { place: to, ...target });
  // A move that was cut short after it had copied.
  if (from.kind === "local") await rename(from.file, `${from.file}.moved`);
  return undefined;
}

/** For whoever cannot move it: only `bootstrap` does, after it has asked. */
export const stateMoved = ({ from, to, resources }: StateMove): PrefectFargateError =>
  new PrefectFargateError(
    "STATE_MOVED",
    `The config keeps the state in ${describePlace(to)}; it is still in ${describePlace(from)}, with ${count(resources, "resource")}.`,
    { hint: "prefect-fargate bootstrap moves it." },
  );

type Placed = StateSummary & { readonly place: StatePlace };

function inTwoPlaces(source: Placed, target: Placed): PrefectFargateError {
  const row = ({ place, resources }: Placed) => `${describePlace(place)}: ${count(resources, "resource")}`;
  return new PrefectFargateError(
    "STATE_IN_TWO_PLACES",
    "Where the config keeps the state there is one already, and it differs from the one that would have to go there.",
    {
      details: [row(source), row(target)],
      hint:
        source.place.kind === "local"
          ? `If the local one is no longer wanted, move ${source.place.file} away; if it is, give it another state.key in the config.`
          : "Set the config's state back to the first, or remove the one that is not wanted.",
    },
  );
}
