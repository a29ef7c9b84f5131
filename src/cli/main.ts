#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Compiled code is kept between runs: half of the time of a short command is compiling.
enableCompileCache();

const { runCli } = await import("./run-cli.ts");
const { processSurroundings, endNicely } = await import("./process-surroundings.ts");

const surroundings = processSurroundings(process);
endNicely(process, await runCli(process.argv.slice(2), surroundings));
