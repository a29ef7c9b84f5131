import { type Emulator, startEmulator } from "#rehearsal/emulator.ts";
import { preparePython } from "#rehearsal/python.ts";
import { silentReporter } from "#reporter";

/** The emulated AWS by itself, writing below `dir` only. */
export async function startTestEmulator(dir: string, authorize: boolean): Promise<Emulator> {
  const python = await (await preparePython(silentReporter)).environment("emulator");
  return startEmulator({ python: python.python, dir, reporter: silentReporter, authorize });
}
