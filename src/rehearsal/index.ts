/** The whole system on one machine, with AWS emulated: no account, no cost. */
export { type RehearsalResult, type RehearseOptions, rehearse } from "./rehearse.ts";
