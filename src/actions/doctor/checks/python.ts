import { PrefectFargateError } from "#errors";
import { type Check, ok, warning } from "../check.ts";

/** Python is for rehearsals: whoever never rehearses can do without. */
export const pythonCheck: Check = {
  name: "Python",
  async run({ env, findPython }) {
    try {
      const { version, path } = await findPython({ ...env });
      return ok(`Python ${version} (${path}), for rehearsals`);
    } catch (error) {
      if (!(error instanceof PrefectFargateError)) throw error;
      return warning(`${error.message} Only rehearsals need it.`, error.hint ?? "Install Python 3.13");
    }
  },
};
