import type { StateObject } from "#config/state-schema.ts";
import { recordedBackend } from "#engine/recorded-backend.ts";
import { isSamePlace, placeOf } from "./state-place.ts";

/**
 * Makes sure that a folder's state is where the config keeps it.
 *
 * @returns whether Terraform has to be told that the place is another one
 * @throws STATE_MOVED where it has to be moved first, STATE_IN_TWO_PLACES, STATE_UNREADABLE
 */
export async function settleState(
  dir: string,
  state: StateObject | undefined,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly reconfigure: boolean }> {
  const recorded = recordedBackend(dir);
  const settled = isSamePlace(placeOf(recorded, dir), placeOf(state, dir));
  if (settled) return { reconfigure: state !== undefined && recorded?.region !== state.region };
  // Loaded only for what it is needed for: a client of S3.
  const { findStateMove, stateMoved } = await import("./state-move.ts");
  const move = await findStateMove(dir, state, env);
  if (move) throw stateMoved(move);
  return { reconfigure: true };
}
