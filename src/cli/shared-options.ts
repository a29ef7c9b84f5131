import { InvalidArgumentError, Option } from "commander";

export const configOption = (): Option =>
  new Option("--config <file>", "config to use instead of prefect-fargate.config.{ts,mts,js,mjs,json} here");

/** Handlers hand it to `loadConfig` as `environment`. */
export const envOption = (): Option =>
  new Option("--env <name>", "which of the config's environments, such as dev or prod");

export const jsonOption = (): Option =>
  new Option("--json", "print one JSON document on stdout, also for an error");

/** For pipelines, of which several may plan at once. */
export const lockTimeoutOption = (): Option =>
  new Option(
    "--lock-timeout <seconds>",
    "how long to wait while somebody else works on the state, instead of failing",
  ).argParser(parseSeconds);

/** @param what the question that is not asked */
export const yesOption = (what = "do not ask before changing anything"): Option =>
  new Option("-y, --yes", what);

function parseSeconds(text: string): number {
  if (!/^\d{1,5}$/.test(text))
    throw new InvalidArgumentError("It is a whole number of seconds, such as 600.");
  return Number(text);
}
