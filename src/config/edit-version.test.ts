import { describe, expect, it } from "vitest";
import { editVersion } from "./edit-version.ts";

const edit = (text: string) => editVersion(text, 2, 3)?.text;

describe("setting Prefect's version in a config", () => {
  it("changes the one literal, and nothing else", () => {
    const text =
      "export default {\n  prefect: {\n    // version: 2 is the default\n    version: 2,\n  },\n};\n";
    expect(editVersion(text, 2, 3)).toEqual({
      text: text.replace("version: 2,", "version: 3,"),
      line: 4,
      before: "version: 2,",
      after: "version: 3,",
    });
  });

  it("goes back as well", () => {
    expect(editVersion("{ prefect: { version: 3 } }", 3, 2)?.text).toBe("{ prefect: { version: 2 } }");
  });

  it("reads JSON, and quoted names", () => {
    expect(edit('{ "prefect": { "version": 2 } }')).toBe('{ "prefect": { "version": 3 } }');
    expect(edit("{ 'prefect': { 'version': 2 } }")).toBe("{ 'prefect': { 'version': 3 } }");
  });

  it("adds the line where a config does not say it", () => {
    expect(edit("{\n  prefect: {\n    accountId: id,\n  },\n}")).toBe(
      "{\n  prefect: {\n    version: 3,\n    accountId: id,\n  },\n}",
    );
    expect(edit("{ prefect: { accountId } }")).toBe("{ prefect: { version: 3, accountId } }");
    expect(edit("{ prefect: {} }")).toBe("{ prefect: { version: 3 } }");
    expect(edit('{ "prefect": { "accountId": "a" } }')).toBe(
      '{ "prefect": { "version": 3, "accountId": "a" } }',
    );
  });

  it.each([
    ["there is no section", "{ region: 'eu-central-1' }"],
    ["it is said twice", "{ prefect: { version: 2 }, environments: { prod: { prefect: { version: 2 } } } }"],
    ["something else has a version", "{ prefect: { version: 2 }, mine: { version: 2 } }"],
    ["it is another one already", "{ prefect: { version: 3 } }"],
    [
      "it stands before the section",
      "const version = { version: 2 }; export default { prefect: { ...version } }",
    ],
  ])("leaves it alone where %s", (_why, text) => expect(edit(text)).toBeUndefined());

  it("is not misled by texts and comments", () => {
    const text = '{ note: "prefect: { version: 2 }", /* prefect: { version: 2 } */ prefect: { version: 2 } }';
    expect(edit(text)).toBe(
      '{ note: "prefect: { version: 2 }", /* prefect: { version: 2 } */ prefect: { version: 3 } }',
    );
  });
});
