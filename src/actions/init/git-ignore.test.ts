import { expect, it } from "vitest";
import { withIgnoredFiles } from "./git-ignore.ts";

it("begins a file where there is none", () => {
  expect(withIgnoredFiles(undefined)).toMatch(
    /^# prefect-fargate.*\n\.prefect-fargate\*\/\n\.env\n__pycache__\/\n$/,
  );
});

it("adds only what is missing, and takes nothing away", () => {
  const after = withIgnoredFiles("dist\n.env")!;
  expect(after).toMatch(/^dist\n\.env\n\n# prefect-fargate.*\n\.prefect-fargate\*\/\n__pycache__\/\n$/);
});

it("changes nothing where all is there, whatever ends the lines", () => {
  expect(withIgnoredFiles("__pycache__/\r\n.prefect-fargate*/\r\n.env\r\n")).toBeUndefined();
});
