import { startAgent } from "#rehearsal/agent/agent.ts";
import { silentReporter } from "#reporter";
import { systemImages } from "./agent-world.ts";

/** An agent as a process of its own, to be killed by tests. */
const [, , url = "", dir = ""] = process.argv;
await startAgent({ emulator: { url }, images: systemImages, dir, reporter: silentReporter });
console.log("following");
