import { existsSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cacheDirectory } from "#engine/cache-dir.ts";

/** https://github.com/rhysd/actionlint: a Go module, built once by the machine's Go and kept. */
const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

/** The path of actionlint, or why there is none. On a CI machine there must be one. */
export async function findActionlint(): Promise<{ path: string } | { missing: string }> {
  const bin = join(cacheDirectory(), ACTIONLINT.replace(/[^\w.]+/g, "-"));
  const path = join(bin, "actionlint");
  if (existsSync(path)) return { path };
  const built = await execa("go", ["install", ACTIONLINT], {
    env: { GOBIN: bin, GOFLAGS: "-mod=mod" },
    reject: false,
    all: true,
  });
  return built.failed
    ? { missing: `actionlint could not be built with Go: ${built.all ?? built.message}` }
    : { path };
}
