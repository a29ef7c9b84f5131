import { build } from "esbuild";
import { zipSync } from "fflate";
import { packagePath } from "#package";

/** What runs it on AWS is newer; a rehearsal has whatever Node is there. */
const TARGET = "node20";
/** Zip files know the time of what is in them, from 1980 on: always the same, so that the same code is the same file. */
const TIME = new Date(1980, 0, 1);

/** The scaler's Lambda function as the zip file that `modules/scaler` ships: the same bytes for the same sources. */
export async function scalerZip(): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: packagePath(),
    entryPoints: ["src/scaling/lambda/handler.ts"],
    outfile: "index.js",
    bundle: true,
    format: "cjs",
    platform: "node",
    target: TARGET,
    minify: true,
    legalComments: "none",
    write: false,
    logLevel: "warning",
  });
  return zipSync({ "index.js": [outputFiles[0]!.contents, { level: 9, mtime: TIME }] });
}
