import { access, constants } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { systemFolder } from "../../user-surroundings.ts";
import { type Check, ok, problem } from "../check.ts";

/** Where Terraform's state is kept, and whether it can be written. */
export const stateCheck: Check = {
  name: "state",
  async run(context) {
    const folder = systemFolder(context);
    const project = dirname(folder);
    const shown = relative(context.cwd, folder) || folder;
    try {
      await access(project, constants.W_OK);
    } catch {
      return problem(
        `${project} cannot be written, and the state belongs there.`,
        "Give yourself access to it",
      );
    }
    return ok(`${shown}/terraform.tfstate, on this machine only`);
  },
};
