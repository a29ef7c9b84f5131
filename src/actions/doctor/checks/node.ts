import { readFile } from "node:fs/promises";
import { satisfies } from "semver";
import { packagePath } from "#package";
import { type Check, ok, problem } from "../check.ts";

/** The Node that runs this. */
export const nodeCheck: Check = {
  name: "Node",
  async run() {
    const { engines } = JSON.parse(await readFile(packagePath("package.json"), "utf8"));
    const { node } = process.versions;
    return satisfies(node, engines.node)
      ? ok(`Node ${node}`)
      : problem(
          `Node ${node} is too old: ${engines.node} runs configs in TypeScript as they are.`,
          "Install a newer one: https://nodejs.org/en/download",
        );
  },
};
