import { execFileSync } from "node:child_process";
import { chmod, glob, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { build } from "esbuild";
import manifest from "../package.json" with { type: "json" };

const root = dirname(import.meta.dirname);
const dist = join(root, "dist");

/** What package.json exports, by its path in the sources and in dist. */
const LIBRARY = ["index", "actions/index", "root/index", "infra/index", "rehearsal/index", "scaling/index"];

/** The oldest Node that package.json promises to run on. */
const TARGET = `node${manifest.engines.node.replace(/[^\d.]/g, "")}`;

/**
 * Read and compiled by every command, so they are bundled: finding and reading their many small files takes longer than
 * running them. What one command needs stays a dependency, loaded when that command runs.
 */
const BUNDLED = ["commander", "zod"];

/** For bundled code that is no module; making it takes time in each file. */
const REQUIRE = 'import { createRequire } from "node:module";const require = createRequire(import.meta.url);';

await rm(dist, { recursive: true, force: true });
await bundle();
await declareTypes();

async function bundle(): Promise<void> {
  const installed = { ...manifest.dependencies, ...manifest.peerDependencies };
  const external = Object.keys(installed).filter((name) => !BUNDLED.includes(name));
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: "src/cli/main.ts",
      ...Object.fromEntries(LIBRARY.map((path) => [path, `src/${path}.ts`])),
    },
    outdir: dist,
    bundle: true,
    format: "esm",
    platform: "node",
    target: TARGET,
    // Handlers stay lazy: each `import()` becomes a chunk of its own.
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    external: external.flatMap((name) => [name, `${name}/*`]),
    banner: { js: REQUIRE },
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "linked",
    logLevel: "warning",
  });
  for await (const file of glob("**/*.js", { cwd: dist })) await removeNeedless(REQUIRE, join(dist, file));
  await chmod(join(dist, "cli.js"), 0o755);
}

async function removeNeedless(banner: string, file: string): Promise<void> {
  const code = (await readFile(file, "utf8")).replace(banner, "");
  if (!code.includes("require(")) await writeFile(file, code);
}

/** Types for library users, with imports that hold outside this repository. */
async function declareTypes(): Promise<void> {
  const project = join(dist, "tsconfig.json");
  const compilerOptions = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: "../src",
    outDir: ".",
  };
  await writeFile(
    project,
    JSON.stringify({
      extends: "../tsconfig.json",
      compilerOptions,
      include: [],
      files: LIBRARY.map((path) => `../src/${path}.ts`),
    }),
  );
  execFileSync(join(root, "node_modules", ".bin", "tsc"), ["--project", project], { stdio: "inherit" });
  await rm(project);
  for await (const file of glob("**/*.d.ts", { cwd: dist })) {
    const path = join(dist, file);
    await writeFile(path, withRelativeImports(await readFile(path, "utf8"), dirname(path)));
  }
  await removeUnreached();
}

/** The provider's bindings are large, and nothing that is exported speaks of them. */
async function removeUnreached(): Promise<void> {
  const reached = new Set<string>();
  const follow = async (path: string): Promise<void> => {
    if (reached.has(path)) return;
    reached.add(path);
    const text = await readFile(path, "utf8");
    for (const [, specifier = ""] of text.matchAll(/["'](\.{1,2}\/[^"']+)\.js["']/g))
      await follow(join(dirname(path), `${specifier}.d.ts`));
  };
  for (const entry of LIBRARY) await follow(join(dist, `${entry}.d.ts`));
  for await (const file of glob("**/*.d.ts", { cwd: dist }))
    if (!reached.has(join(dist, file))) await rm(join(dist, file));
}

/** `#config/schema.ts` is an address of the sources; beside the declarations it is `./config/schema.js`. */
function withRelativeImports(declarations: string, folder: string): string {
  const sources: Readonly<Record<string, string>> = manifest.imports;
  return declarations.replace(
    /(["'])(#[^"']+|\.{1,2}\/[^"']+\.ts)\1/g,
    (_, quote: string, specifier: string) => {
      const alias = specifier.replace(/\/.*/, "/*");
      const source = sources[specifier] ?? sources[alias]?.replace("*", specifier.slice(alias.length - 1));
      const target = source === undefined ? specifier : relative(folder, join(dist, relative("src", source)));
      const path = target.startsWith(".") ? target : `./${target}`;
      return quote + path.replace(/\.ts$/, ".js") + quote;
    },
  );
}
