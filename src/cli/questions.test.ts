import { describe, expect, it } from "vitest";
import { Cancelled } from "#errors";
import { CTRL_C, DOWN, ENTER, typist } from "../../test/helpers/typist.ts";
import { questionsFor } from "./questions.ts";

describe("questions", () => {
  it.each([
    ["in CI", { CI: "true" }],
    ["on a dumb terminal", { TERM: "dumb" }],
  ])("are not asked %s", (_, env) => {
    expect(questionsFor({ terminal: typist().terminal, env })).toBeUndefined();
  });

  it("are not asked where input or output is a pipe", () => {
    const { input, output } = typist().terminal;
    const pipe = { isTTY: false } as NodeJS.ReadStream & NodeJS.WriteStream;
    expect(questionsFor({ terminal: { input: pipe, output }, env: {} })).toBeUndefined();
    expect(questionsFor({ terminal: { input, output: pipe }, env: {} })).toBeUndefined();
    expect(questionsFor({ env: {} })).toBeUndefined();
  });

  it("give the value of the choice that was moved to, and of the initial one for Enter", async () => {
    const person = typist();
    const questions = questionsFor({ terminal: person.terminal, env: {} })!;
    const choices = [
      { value: { of: "two" }, label: "Two" },
      { value: { of: "three" }, label: "Three" },
    ];
    const first = questions.select("Which one?", choices);
    await person.answer("Which one?", DOWN + ENTER);
    expect(await first).toEqual({ of: "three" });
    const second = questions.select("Which now?", choices, choices[1]!.value);
    await person.answer("Which now?", ENTER);
    expect(await second).toEqual({ of: "three" });
  });

  it("take the initial text for Enter, and ask again for what the rule refuses", async () => {
    const person = typist();
    const questions = questionsFor({ terminal: person.terminal, env: {} })!;
    const validate = (text: string) => (text.startsWith("eu-") ? undefined : "It begins with eu-.");
    const region = questions.text("Region?", { initial: "us-east-1", validate });
    await person.answer("Region?", ENTER);
    await person.answer("It begins with eu-.", `eu-west-1${ENTER}`);
    expect(await region).toBe("eu-west-1");
  });

  it("do not show a secret while it is typed", async () => {
    const person = typist();
    const questions = questionsFor({ terminal: person.terminal, env: {} })!;
    const secret = questions.secret("The new key?");
    await person.answer("The new key?", `pnu_0123456789${ENTER}`);
    expect(await secret).toBe("pnu_0123456789");
    expect(person.shown()).not.toContain("pnu_");
  });

  it("end as cancelled at Ctrl-C", async () => {
    const person = typist();
    const confirmed = questionsFor({ terminal: person.terminal, env: {} })!.confirm("Go on?");
    const outcome = expect(confirmed).rejects.toBeInstanceOf(Cancelled);
    await person.answer("Go on?", CTRL_C);
    await outcome;
  });
});
