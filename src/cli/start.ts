import { endNicely, processSurroundings } from "./process-surroundings.ts";
import { runCli } from "./run-cli.ts";

endNicely(process, await runCli(process.argv.slice(2), processSurroundings(process)));
