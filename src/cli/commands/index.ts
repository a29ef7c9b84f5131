import type { AnyCommand } from "../command-spec.ts";
import { rehearse } from "./rehearse.ts";
import { synth } from "./synth.ts";
import { validate } from "./validate.ts";

/** Every command, in the order in which the help lists them. */
export const commands: readonly AnyCommand[] = [rehearse, validate, synth];
