import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeTemplate, escapeTemplates, parseTemplate, soleExpression } from "./template.ts";

/** Text rich in what templates are made of. */
const trickyText = fc.string({ unit: fc.constantFrom("$", "%", "{", "}", '"', "\\", "\n", "a", "é") });

describe("templates", () => {
  test("text that was escaped is text again, whatever it holds", () => {
    fc.assert(
      fc.property(trickyText, (text) => {
        const parts = parseTemplate(escapeTemplate(text));
        expect(parts.every((part) => "text" in part)).toBe(true);
        expect(parts.map((part) => ("text" in part ? part.text : "")).join("")).toBe(text);
      }),
    );
  });

  test("expressions are told from text, also when they hold braces and strings", () => {
    expect(parseTemplate('a ${f({ b = "}" })} $${c} %{ if d }e%{ endif }')).toEqual([
      { text: "a " },
      { code: '${f({ b = "}" })}' },
      { text: " ${c} " },
      { code: "%{ if d }" },
      { text: "e" },
      { code: "%{ endif }" },
    ]);
  });

  test("a template that is one expression needs no quotes, two do", () => {
    expect(soleExpression("${var.name}")).toBe("var.name");
    expect(soleExpression('${"${var.a}-${var.b}"}')).toBe('"${var.a}-${var.b}"');
    expect(soleExpression("${var.a}${var.b}")).toBeUndefined();
    expect(soleExpression("$${var.a}")).toBeUndefined();
  });

  test("keys and nested texts are escaped, everything else is kept", () => {
    expect(escapeTemplates({ "${a}": ["%{b}", 1, true, null, { c: "d" }] })).toEqual({
      "$${a}": ["%%{b}", 1, true, null, { c: "d" }],
    });
  });
});
