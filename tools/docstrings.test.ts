import { globSync, readFileSync } from "node:fs";
import { API, type Symbol as Named, type Project, SymbolFlags } from "typescript/unstable/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as constructs from "#infra/index.ts";
import { packagePath } from "#package";

/** In these a reader has to know what leaving something out means. */
const CHOICES = /(?:Options|Props|Input)$/;

/** An error's code, as a docstring names it. */
const CODE = /\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g;

const entries = Object.entries(
  JSON.parse(readFileSync(packagePath("package.json"), "utf8")).exports as Record<
    string,
    { default: string }
  >,
).map(([path, { default: built }]) => [path, built.replace(/^\.\/dist\/(.*)\.js$/, "src/$1.ts")] as const);

let api: API;
let project: Project;
beforeAll(() => {
  api = new API({ cwd: packagePath() });
  [project] = api.updateSnapshot({ openProjects: [packagePath("tsconfig.json")] }).getProjects() as [Project];
}, 120_000);
afterAll(() => api?.close());

test.each(entries)("everything that %s exports says what it is for", (_path, file) => {
  const exported = exportsOf(file);
  expect(exported.length).toBeGreaterThan(0);
  expect(exported.filter((symbol) => !isDocumented(symbol)).map(({ name }) => name)).toEqual([]);
});

test.each(entries)(
  "every field that %s exports says what it is, and what leaving it out means",
  (_path, file) => {
    const silent = exportsOf(file).flatMap((symbol) =>
      fieldsOf(symbol)
        .filter((field) => !isDocumented(field) || lacksDefault(symbol, field))
        .map(({ name }) => `${symbol.name}.${name}`),
    );
    expect(silent).toEqual([]);
  },
);

test.each(entries.filter(([path]) => path === "./actions" || path === "./rehearsal"))(
  "every function that %s exports and that asks somebody says what it throws",
  (_path, file) => {
    const asking = exportsOf(file).filter(
      (symbol) => (symbol.flags & SymbolFlags.Function) !== 0 && typeOf(symbol).includes("=> Promise<"),
    );
    expect(asking.length).toBeGreaterThan(0);
    expect(asking.filter((symbol) => thrownBy(symbol) === "").map(({ name }) => name)).toEqual([]);
  },
);

test("no docstring promises an error that nothing throws", () => {
  const promised =
    entries
      .flatMap(([, file]) => exportsOf(file).map(thrownBy))
      .join(" ")
      .match(CODE) ?? [];
  expect(promised.length).toBeGreaterThan(0);
  const made = globSync(packagePath("src", "**", "*.ts"), { exclude: ["**/*.test.ts"] })
    .map((file) => readFileSync(file, "utf8"))
    .join("\n");
  expect([...new Set(promised)].filter((code) => !made.includes(`"${code}"`))).toEqual([]);
});

test.each(Object.values(constructs).filter((value) => "interface" in value))(
  "the module $interface.name says what it costs",
  ({ interface: { description } }) => {
    expect(description).toMatch(/\$\d|\bcosts?\b|AWS bills/);
  },
);

/** What a module exports, where it is declared. */
function exportsOf(file: string): Named[] {
  const { program, checker } = project;
  const module = checker.getSymbolAtLocation(program.getSourceFile(packagePath(file))!)!;
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

/** Fields of an interface or a class, as far as we declare them for others. */
function fieldsOf(symbol: Named): Named[] {
  if (!(symbol.flags & (SymbolFlags.Interface | SymbolFlags.Class))) return [];
  const fields = project.checker.getPropertiesOfType(project.checker.getDeclaredTypeOfSymbol(symbol));
  return fields.filter(({ flags, name, declarations }) => {
    const isInherited = flags & SymbolFlags.Method && symbol.flags & SymbolFlags.Class;
    const isPrivate = name.startsWith("__#");
    return !isInherited && !isPrivate && declarations.some(({ path }) => !path.includes("/node_modules/"));
  });
}

const isDocumented = (symbol: Named): boolean =>
  project.checker.getDocumentationCommentOfSymbol(symbol).trim() !== "";

const lacksDefault = ({ name }: Named, field: Named): boolean =>
  CHOICES.test(name) &&
  (field.flags & SymbolFlags.Optional) !== 0 &&
  !project.checker.getJsDocTagsOfSymbol(field).some((tag) => tag.name === "default");

const thrownBy = (symbol: Named): string =>
  project.checker
    .getJsDocTagsOfSymbol(symbol)
    .filter((tag) => tag.name === "throws")
    .map((tag) => JSON.stringify(tag))
    .join(" ");

const typeOf = (symbol: Named): string =>
  project.checker.typeToString(project.checker.getTypeOfSymbol(symbol)!);
