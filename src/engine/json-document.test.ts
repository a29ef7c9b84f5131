import { describe, expect, it } from "vitest";
import { parseDocument } from "./json-document.ts";

describe("parseDocument", () => {
  it("reads what stands behind OpenTofu's warnings", () => {
    const printed =
      '\nWarning: Unable to open CLI configuration file\n\nThe file "{x}" does not exist.\n{\n  "a": {}\n}\n';
    expect(parseDocument(printed)).toEqual({ a: {} });
  });

  it("finds nothing in other words, and in half a document", () => {
    expect(parseDocument("hello")).toBeUndefined();
    expect(parseDocument('{"a": ')).toBeUndefined();
    expect(parseDocument("")).toBeUndefined();
  });
});
