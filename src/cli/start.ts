import { endWith, processSurroundings } from "./process-surroundings.ts";
import { runCli } from "./run-cli.ts";

const surroundings = processSurroundings(process);
endWith(process, surroundings, runCli(process.argv.slice(2), surroundings));
