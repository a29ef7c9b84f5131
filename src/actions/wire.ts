import * as z from "zod";
import { Cancelled, PrefectFargateError } from "#errors";
import type { PrefectClient } from "#prefect/client.ts";
import type { WantedPool } from "#prefect/pool-settings.ts";
import type { Reporter } from "#reporter";
import { type PoolProposal, proposePools } from "./plan/pool-proposal.ts";
import { templatesIn } from "./plan/propose.ts";
import { preparePools, type WiredPool, wirePools } from "./work-pools.ts";

/** What was applied, and how its wiring is agreed to. */
export interface WireOptions {
  /** Values of a root's outputs. Of those only `workers` is read: type, pool and job template of each. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Limits and queues of pools, by the pool's name, as far as somebody says something of them. @default - nothing */
  readonly settings?: Readonly<Record<string, WantedPool>>;
  /** Decides on what would change; not asked when that is nothing. */
  readonly approve: (pools: readonly PoolProposal[]) => Promise<boolean>;
}

const workersSchema = z.record(
  z.string(),
  z.object({
    worker_type: z.enum(["ecs", "process"]).default("ecs"),
    work_pool: z.string(),
    base_job_template: z.string(),
  }),
);

/**
 * Puts what somebody applied with Terraform into the work pools: makes those that are missing, keeps what people changed in
 * the others. Returns what was changed; nothing where nothing differs.
 *
 * @throws OUTPUTS_INCOMPLETE, POOL_TYPE_DIFFERS; Cancelled when `approve` says no
 */
export async function wire(
  prefect: PrefectClient,
  { outputs, settings, approve }: WireOptions,
  reporter: Reporter,
): Promise<readonly WiredPool[]> {
  const applied = readWorkers(outputs);
  const wanted = Object.fromEntries(
    Object.entries(applied).map(([name, { work_pool, worker_type: type }]) => [
      name,
      { workPool: work_pool, type },
    ]),
  );
  const proposals = await reporter.stage("Compare the work pools", () =>
    proposePools(wanted, templatesIn({ workers: applied }), prefect, settings),
  );
  if (proposals.every(({ action }) => action === "keep")) return [];
  if (!(await approve(proposals))) throw new Cancelled("Nothing was changed.");
  return reporter.stage("Wire the work pools", async () => {
    await preparePools(wanted, prefect);
    return wirePools(applied, prefect, reporter, settings);
  });
}

function readWorkers({ workers }: Readonly<Record<string, unknown>>) {
  const parsed = workersSchema.safeParse(workers);
  if (parsed.success) return parsed.data;
  throw new PrefectFargateError(
    "OUTPUTS_INCOMPLETE",
    "The Terraform outputs do not tell the job templates of workers.",
    {
      details: parsed.error.issues.map(
        ({ path, message }) => `output ${["workers", ...path].join(".")}: ${message}`,
      ),
      hint: 'Add to the root: output "workers" { value = { for name, worker in module.worker : name => worker } }, and apply it.',
    },
  );
}
