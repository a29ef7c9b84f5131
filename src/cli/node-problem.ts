/** Native type stripping without a flag: configs are TypeScript. As `engines` in package.json says. */
const OLDEST_NODE = [22, 18] as const;

/**
 * What keeps this Node from running us, in words ready to print; nothing when it will do. Everything else is imported
 * after this was asked, as an older Node stumbles over it.
 */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return undefined;
  const wanted = OLDEST_NODE.join(".");
  return `NODE_TOO_OLD: This is Node ${version}; ${wanted} or newer is needed.\n→ Install it from https://nodejs.org, or in this project: npm install --save-dev node@24\n`;
}
