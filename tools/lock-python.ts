import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { packagePath } from "#package";
import { findPython } from "#rehearsal/find-python.ts";
import { findUv } from "#rehearsal/find-uv.ts";

/**
 * Regenerates the hash-locked files in `python/` from the `.in` files beside them, for every platform and every Python
 * from 3.10 on: `npm exec -- node tools/lock-python.ts`. Packages move only when the old lock is deleted or `--upgrade` is given.
 */
const OLDEST_PYTHON = "3.10";
/** A base lock follows its extras lock, so that adding packages to an image changes none that it has. */
const LOCKS = [
  { name: "uv" },
  { name: "emulator" },
  { name: "moto" },
  { name: "lint" },
  { name: "prefect-2-extras" },
  { name: "prefect-3-extras" },
  { name: "prefect-2", follows: "prefect-2-extras" },
  { name: "prefect-3", follows: "prefect-3-extras" },
];

const scratch = await mkdtemp(join(tmpdir(), "prefect-fargate-lock-"));
try {
  const uv = await findUv(await findPython(), scratch, process.env);
  for (const { name, follows } of LOCKS) {
    await execa(
      uv,
      [
        ...["pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-header", "--no-annotate"],
        ...["--python-version", OLDEST_PYTHON, `${name}.in`, "--output-file", `${name}.txt`],
        ...(follows ? ["--constraint", `${follows}.txt`] : []),
        ...process.argv.slice(2),
      ],
      { cwd: packagePath("python"), stdio: "inherit" },
    );
    console.log(`python/${name}.txt`);
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
