import { readFileSync } from "node:fs";
import { packagePath, packageVersion } from "#package";

/** Where to report a mistake of ours, as the package itself says. */
export function reportAddress(): string {
  const { bugs } = JSON.parse(readFileSync(packagePath("package.json"), "utf8"));
  const address: string | undefined = typeof bugs === "string" ? bugs : bugs?.url;
  const what = `the output of the same command with --debug (version ${packageVersion}, Node ${process.versions.node})`;
  return address
    ? `Please report it at ${address} with ${what}`
    : `Please report it to the maintainers with ${what}`;
}
