import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import type { TerraformEvent } from "#engine/events.ts";
import { parseEvent } from "#engine/events.ts";
import { packagePath } from "#package";
import type { Reporter } from "#reporter";

/** A folder of one test, gone when the test ends: `using folder = temporaryFolder();` */
export interface TemporaryFolder extends Disposable {
  readonly path: string;
  /** Writes a file, with the folders above it. */
  write(name: string, text: string): string;
  read(name: string): string;
  has(name: string): boolean;
}

export function temporaryFolder(files: Readonly<Record<string, string>> = {}): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), "prefect-fargate-test-"));
  const folder: TemporaryFolder = {
    path,
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    read: (name) => readFileSync(join(path, name), "utf8"),
    has: (name) => existsSync(join(path, name)),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  return folder;
}

/** Puts a shell script where a program is expected. Only for answers that the real one never gives. */
export function fakeProgram(folder: TemporaryFolder, name: string, script: string): string {
  const file = folder.write(name, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Remembers what was said. */
export interface RecordingReporter extends Reporter {
  readonly said: readonly string[];
}

export function recordingReporter(): RecordingReporter {
  const said: string[] = [];
  return {
    said,
    stage: async (title, work) => {
      said.push(`stage: ${title}`);
      return work({ update: (detail) => said.push(`update: ${detail}`) });
    },
    note: (sentence) => said.push(`note: ${sentence}`),
    warn: (sentence) => said.push(`warn: ${sentence}`),
  };
}

/** Events of a real run, recorded with Terraform 1.11.4 and OpenTofu 1.12.6: `replace-and-fail.terraform`. */
export function recordedEvents(name: string): TerraformEvent[] {
  const file = packagePath("src", "engine", "recordings", `${name}.ndjson`);
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => parseEvent(line) ?? []);
}

/** A root that needs no provider: one value, one resource that takes `seconds`, one that takes the key. */
export const SMALL_ROOT = `
terraform {
  required_version = ">= 1.11"
}

variable "word" {
  type    = string
  default = "a"
}

variable "seconds" {
  type    = number
  default = 0
}

resource "terraform_data" "first" {
  input = var.word
}

resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]

  provisioner "local-exec" {
    command = "exec sleep \${var.seconds}"
  }
}

output "word" {
  value = terraform_data.first.output
}
`;

/** Runs code that uses the engine in a process of its own, to be killed or limited. It is given as a module's text. */
export function engineProcess(
  code: string,
  options: { readonly cwd: string; readonly shell?: string; readonly uid?: number },
) {
  const engine = (name: string) => JSON.stringify(packagePath("src", "engine", name));
  const module = `
    const { findTerraform } = await import(${engine("find-terraform.ts")});
    const { openWorkspace } = await import(${engine("workspace.ts")});
    const { silentReporter } = await import(${JSON.stringify(packagePath("src", "reporter.ts"))});
    const open = async (more = {}) =>
      openWorkspace({ dir: process.cwd(), terraform: await findTerraform(), reporter: silentReporter, ...more });
    try { ${code} } catch (error) {
      console.log(JSON.stringify({ name: error.name, code: error.code, message: error.message, hint: error.hint }));
    }`;
  const { cwd, shell = "", uid } = options;
  // The shell becomes Node, so that whoever kills the process kills Node.
  return execa(
    "/bin/sh",
    ["-c", `${shell}\nexec "$0" --input-type=module -e "$1"`, process.execPath, module],
    {
      cwd,
      uid,
      reject: false,
    },
  );
}
