import { setTimeout as sleep } from "node:timers/promises";
import type { OpenSystem } from "#actions/open-system.ts";
import { readStatus, type SystemStatus } from "#actions/status.ts";
import { PrefectFargateError } from "#errors";
import { atSystem } from "../at-system.ts";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { StatusOptions } from "../commands/status.ts";
import { showStatus } from "../show-status.ts";

const NOT_HEALTHY = 3;
const WATCH_EVERY_MS = 5_000;

export const runStatus: Handler<StatusOptions> = async (options, context) =>
  atSystem(options, context, async (system) => {
    if (options.watch) return watch(system, options, context);
    const status = await readStatus(system);
    if (options.json) context.printJson(status);
    else for (const line of showStatus(status, context.display)) context.print(line);
    return status.healthy ? 0 : NOT_HEALTHY;
  });

/** Until Ctrl-C. A moment's silence of AWS or Prefect is told and borne. */
async function watch(
  system: OpenSystem,
  { json }: StatusOptions,
  { display, print, reporter, signal }: CommandContext,
): Promise<never> {
  for (;;) {
    const status = await readStatus(system).catch((error: unknown) => {
      if (error instanceof PrefectFargateError && error.source === "environment") return error;
      throw error;
    });
    if (status instanceof PrefectFargateError) reporter.warn(status.message);
    else if (json) print(JSON.stringify(status));
    else redraw(status);
    await sleep(WATCH_EVERY_MS, undefined, { signal });
  }

  function redraw(status: SystemStatus): void {
    const lines = showStatus(status, display);
    display.clear();
    for (const line of lines) print(line);
    // In a log, screens follow each other.
    if (!display.redraws) print("");
  }
}
