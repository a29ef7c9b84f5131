#!/usr/bin/env node
import { enableCompileCache } from "node:module";

// Compiled code is kept between runs: compiling is half of what a short command does. Only what is imported after this
// call is kept, hence the second file.
enableCompileCache();
await import("./start.ts");
