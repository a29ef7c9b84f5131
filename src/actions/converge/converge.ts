import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { ServiceDiscoveryClient } from "@aws-sdk/client-servicediscovery";
import { SQSClient } from "@aws-sdk/client-sqs";
import { systemName } from "#config/system-name.ts";
import type { Plan, PlanOptions } from "#engine/workspace.ts";
import type { Reporter, Stage } from "#reporter";
import { clientSettings } from "../aws-clients.ts";
import { nameOf } from "../plan/resource-words.ts";
import type { Workplace } from "../workplace.ts";
import { FINDERS } from "./finders.ts";
import type { ConvergeClients } from "./found.ts";
import { IMPORTS_FILE, importBlocks } from "./import-blocks.ts";
import { type Existing, isOurs, refuseTaken, stateElsewhere } from "./judge.ts";

/** What depends on an imported thing is found after it: VPC, table, route. */
const MOST_ROUNDS = 4;

/** A plan that takes over what exists, as far as it can be taken over now. */
export interface Converged {
  readonly plan: Plan;
  /** What exists and is ours. Some of it has to be mended first, once someone has agreed: see `mendAndPlan`. */
  readonly adopted: readonly Existing[];
}

export interface ConvergeOptions {
  /** Whether this is the place from which the system is deployed, although its state may not know of all that exists. */
  readonly mayAdopt: () => Promise<boolean>;
  readonly details: PlanOptions["details"];
}

/**
 * Finds on AWS what a plan would create although it is there: left by an apply that was killed before it could note it, or
 * kept by AWS after a destroy. What is ours is planned as an import instead.
 *
 * @throws NAME_TAKEN, STATE_ELSEWHERE
 */
export async function converge(
  workplace: Workplace,
  planned: Plan,
  { mayAdopt, details }: ConvergeOptions,
  stage: Stage,
): Promise<Converged> {
  const { config, workspace, dir } = workplace;
  const system = systemName(config);
  const { clients, close } = openClients(workplace);
  const adopted = new Map<string, Existing>();
  const looked = new Set<string>();
  let plan = planned;
  try {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const existing = await findExisting(plan, clients, workplace, looked);
      if (existing.length === 0) break;
      refuseTaken(existing, system);
      const living = existing.filter(({ found }) => !found.isRemains);
      if (living.length > 0 && !(await mayAdopt())) throw stateElsewhere(living, system, dir);
      for (const item of existing) adopted.set(item.address, item);
      const ready = [...adopted.values()].filter(({ found }) => found.mend === undefined);
      if (ready.length === 0) break;
      stage.update(`taking over ${ready.length} things that exist already`);
      workspace.discard(plan);
      plan = await planWithImports(workplace, ready, details);
    }
  } finally {
    close();
  }
  return { plan, adopted: [...adopted.values()] };
}

/**
 * What of the system exists on AWS although the state knows nothing of it: the remains of a deploy that was killed. What AWS keeps
 * after every destroy, such as the secret for some days, is not among it.
 */
export async function findLeftovers(workplace: Workplace): Promise<Existing[]> {
  const { workspace, config } = workplace;
  const { clients, close } = openClients(workplace);
  const plan = await workspace.plan({ details: "when-something-changes" });
  try {
    const existing = await findExisting(plan, clients, workplace, new Set());
    return existing.filter((item) => !item.found.isRemains && isOurs(item, systemName(config)));
  } finally {
    workspace.discard(plan);
    close();
  }
}

/** Mends what has to be mended and plans again: what could not be imported before can be now. */
export async function mendAndPlan(
  workplace: Workplace,
  adopted: readonly Existing[],
  reporter: Reporter,
): Promise<Plan> {
  for (const { found } of adopted) {
    if (found.mend === undefined) continue;
    reporter.note(found.mend.sentence);
    await found.mend.perform();
  }
  return reporter.stage("Plan again", () => planWithImports(workplace, adopted, undefined));
}

/** A plan that takes these into the state. */
async function planWithImports(
  { dir, workspace }: Workplace,
  existing: readonly Existing[],
  details: PlanOptions["details"],
): Promise<Plan> {
  const file = join(dir, IMPORTS_FILE);
  await writeFile(file, importBlocks(existing));
  try {
    return await workspace.plan({ details });
  } finally {
    await rm(file, { force: true });
  }
}

async function findExisting(
  { changes }: Plan,
  aws: ConvergeClients,
  { config: { cluster, region } }: Workplace,
  looked: Set<string>,
): Promise<Existing[]> {
  const creations = changes.filter(({ action, type }) => action === "create" && type in FINDERS);
  const found = await Promise.all(
    creations.map(async (change) => {
      const { address, type, values } = change;
      // Looked for again only when more of it is known.
      const key = JSON.stringify([address, values]);
      if (looked.has(key)) return undefined;
      looked.add(key);
      const thing = await FINDERS[type]!(values, { aws, clusterName: cluster.name, region });
      return thing && { address, type, what: nameOf(change), found: thing };
    }),
  );
  return found.filter((item) => item !== undefined);
}

function openClients({ aws, config, env }: Workplace) {
  const settings = clientSettings(config.region, env);
  const own = {
    iam: new IAMClient(settings),
    discovery: new ServiceDiscoveryClient(settings),
    events: new EventBridgeClient(settings),
    sqs: new SQSClient(settings),
  };
  return {
    clients: { ...own, ec2: aws.ec2, ecs: aws.ecs, logs: aws.logs, secrets: aws.secrets },
    close: () => {
      for (const client of Object.values(own)) client.destroy();
    },
  };
}
