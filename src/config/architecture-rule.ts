import type { Complaint } from "./complaint.ts";
import { isStockImage, parseImageReference } from "./image-reference.ts";

export type Architecture = "x86_64" | "arm64";

const NAMES: Readonly<Record<Architecture, RegExp>> = {
  x86_64: /(^|[-_./])(amd64|x86[-_]64|x86|x64)($|[-_./])/i,
  arm64: /(^|[-_./])(arm64(v8)?|aarch64)($|[-_./])/i,
};

/**
 * An image that is known to be for the other processor: by its name or tag, or as Prefect's own of before 2.0, which
 * were published for x86 alone. A task of it would end with "exec format error".
 */
export function architectureRule(image: string, wanted: Architecture): Complaint | undefined {
  const only = onlyArchitectureOf(image);
  if (only === undefined || only === wanted) return undefined;
  return {
    verdict: `is for ${only} alone, but its tasks are to run on ${wanted}`,
    remedy: `Set architecture: "${only}", or name an image for ${wanted}`,
  };
}

function onlyArchitectureOf(image: string): Architecture | undefined {
  const { name = "", tag = "" } = parseImageReference(image) ?? {};
  if (isStockImage(image) && /^(core-)?[01]\./.test(tag)) return "x86_64";
  const said = (Object.keys(NAMES) as Architecture[]).filter((architecture) =>
    [name, tag].some((part) => NAMES[architecture].test(part)),
  );
  return said.length === 1 ? said[0] : undefined;
}
