import { expect, it } from "vitest";
import { renderTemplate } from "./render-template.ts";

const TEMPLATE = `name: __NAME__
jobs:
  # [each environment]
  apply-__ENVIRONMENT__:
    needs: ["apply-__PREVIOUS__"] # [after the first]
    # [when flows]
    flows: true
    # [end when flows]
  # [end]
`;
const environments = [
  { ENVIRONMENT: "dev", PREVIOUS: "" },
  { ENVIRONMENT: "prod", PREVIOUS: "dev" },
];

it("repeats what each environment has, the order from the second on", () => {
  const text = renderTemplate(TEMPLATE, { shared: { NAME: "deploy" }, environments, parts: new Set() });
  expect(text).toBe(`name: deploy
jobs:
  apply-dev:
  apply-prod:
    needs: ["apply-dev"]
`);
});

it("leaves parts in that are wanted", () => {
  const text = renderTemplate(TEMPLATE, { shared: { NAME: "x" }, environments, parts: new Set(["flows"]) });
  expect(text.match(/flows: true/g)).toHaveLength(2);
});

it("writes values as they are, even such that mean something to a replacement", () => {
  const [dev] = environments;
  const values = {
    shared: { NAME: "$& $1 __ENVIRONMENT__" },
    environments: [dev!],
    parts: new Set<string>(),
  };
  expect(renderTemplate("name: __NAME__\n", values)).toBe("name: $& $1 __ENVIRONMENT__\n");
});

it("fails on a hole that nothing fills", () => {
  const values = { shared: {}, environments: [], parts: new Set<string>() };
  expect(() => renderTemplate("a: __LOST__\n", values)).toThrow(
    "Nothing fills the template's hole __LOST__.",
  );
});
