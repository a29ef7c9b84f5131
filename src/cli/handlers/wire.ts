import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { openPrefect } from "#actions/open-prefect.ts";
import type { PoolProposal } from "#actions/plan/pool-proposal.ts";
import { awsSettings, prefectApiKey, systemFolder } from "#actions/user-surroundings.ts";
import { wire } from "#actions/wire.ts";
import { loadConfig } from "#config/load-config.ts";
import { poolSettings } from "#config/pool-settings.ts";
import { ensureTerraform } from "#engine/ensure-terraform.ts";
import { openWorkspace } from "#engine/workspace.ts";
import { PrefectFargateError } from "#errors";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { WireCommandOptions } from "../commands/wire.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";
import { showPools } from "../show-proposal.ts";

export const runWire: Handler<WireCommandOptions> = async (options, context) => {
  const { cwd, env, reporter, print, printJson } = context;
  const { config: file, env: environment, json } = options;
  const { config, file: configFile } = await loadConfig({ cwd, file, env, environment });
  const apiKey = await prefectApiKey(config, env);
  const folder = options.dir ? resolve(cwd, options.dir) : systemFolder({ cwd, configFile, config });
  const outputs = options.outputs
    ? await readOutputs(resolve(cwd, options.outputs), options.outputs)
    : await askTerraform(folder, context);
  const approve = (pools: readonly PoolProposal[]) => approval(pools, options, context);
  const wired = await wire(
    openPrefect(config, apiKey),
    { outputs, settings: poolSettings(config), approve },
    reporter,
  );
  if (json) return printJson({ changed: wired.length > 0, pools: wired });
  const names = wired.map(({ name }) => name).join(", ");
  print(wired.length > 0 ? `Wired ${names}.` : "Nothing to do: the work pool is wired to what was applied.");
  print("");
  print("Next: prefect-fargate run, which starts a flow run and follows it to its end.");
};

async function approval(
  pools: readonly PoolProposal[],
  { yes, json }: WireCommandOptions,
  { questions, print }: CommandContext,
): Promise<boolean> {
  if (!json) for (const line of showPools(pools)) print(line);
  if (yes) return true;
  if (!questions) throw nobodyToAsk("wire", "before it changes a work pool");
  return questions.confirm("Change it?");
}

async function askTerraform(dir: string, { env, reporter, signal }: CommandContext) {
  const terraform = await ensureTerraform({ env, reporter, signal });
  const workspace = await openWorkspace({ dir, terraform, env: awsSettings(env), reporter, signal });
  try {
    return await workspace.outputs();
  } finally {
    workspace.close();
  }
}

/** `{ "workers": { "sensitive": false, "type": …, "value": … } }` */
async function readOutputs(path: string, shown: string): Promise<Record<string, unknown>> {
  try {
    const outputs = JSON.parse(await readFile(path, "utf8")) as Record<string, { value?: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value]));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    throw new PrefectFargateError("OUTPUTS_UNREADABLE", `${shown} is not what Terraform prints of outputs.`, {
      hint: `terraform output -json > ${shown}`,
      cause,
    });
  }
}
