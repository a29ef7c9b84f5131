#!/usr/bin/env node
import { readFileSync } from "node:fs";
// By name an older Node would refuse it before we can say why.
import module from "node:module";
import { nodeProblem } from "./node-problem.ts";

const problem = nodeProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(problem);
  process.exit(1);
}

// Compiled code is kept between runs: compiling is half of what a short command does. Only what is imported after this
// call is kept, hence the second file. Node writes it at its very end, when a file size limit is deadly (SIGXFSZ).
if (!hasFileSizeLimit()) module.enableCompileCache();
await import("./start.ts");

/** Whether `ulimit -f` is set; told on Linux only. */
function hasFileSizeLimit(): boolean {
  try {
    return !/^Max file size\s+unlimited/m.test(readFileSync("/proc/self/limits", "utf8"));
  } catch {
    return false;
  }
}
