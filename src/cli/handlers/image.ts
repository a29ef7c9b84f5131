import { resolve } from "node:path";
import { type BuiltImage, buildImage, writeImageFolder } from "#actions/build-image.ts";
import { loadConfig } from "#config/load-config.ts";
import { atWorkplace } from "../at-workplace.ts";
import type { Handler } from "../command-spec.ts";
import type { ImageCommandOptions } from "../commands/image.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";
import { showProposal } from "../show-proposal.ts";

/** A worker that cannot do without an image of its own has none before the first build. */
const NOT_YET = { missingImage: "prefect-fargate-worker:not-built-yet" } as const;

export const runImage: Handler<ImageCommandOptions> = async (options, context) => {
  const { cwd, env, reporter, signal, questions, print, printJson } = context;
  const { worker, from: base, out, yes, json } = options;
  if (out !== undefined) {
    const { config } = await loadConfig({
      cwd,
      file: options.config,
      env,
      environment: options.env,
      overrides: NOT_YET,
    });
    const written = await writeImageFolder(config, resolve(cwd, out), { worker, base });
    if (json) return printJson({ folder: out, ...written });
    print(
      `Wrote ${out}/Dockerfile, for ${written.worker}. Where there is Docker, with your repository's address as REPOSITORY:`,
    );
    print("");
    for (const command of written.commands) print(`  ${command}`);
    return;
  }
  await atWorkplace({ ...options, overrides: NOT_YET }, context, async (workplace) => {
    const built = await buildImage(
      workplace,
      {
        worker,
        base,
        env,
        signal,
        approve: async (changes) => {
          if (!json) for (const line of showProposal({ changes, pools: [], empty: false })) print(line);
          if (yes) return true;
          if (!questions) throw nobodyToAsk("image build", "before it makes the repository");
          return questions.confirm("Make the repository?");
        },
      },
      reporter,
    );
    if (json) return printJson(built);
    for (const line of summarize(built)) print(line);
  });
};

const summarize = ({ worker, reference, tag }: BuiltImage): string[] => [
  `The image is pushed, tagged ${tag}.`,
  "",
  `Write in the config, at workers["${worker}"]:`,
  `  image: "${reference}",`,
  "  extraPipPackages: [],",
  "",
  "Next: prefect-fargate deploy, which starts the worker from it.",
];
