import { Option } from "commander";

export const configOption = (): Option =>
  new Option("--config <file>", "config to use instead of prefect-fargate.config.{ts,mts,js,mjs,json} here");

export const jsonOption = (): Option =>
  new Option("--json", "print one JSON document on stdout, also for an error");
