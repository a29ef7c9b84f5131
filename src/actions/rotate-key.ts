import { Cancelled, PrefectFargateError } from "#errors";
import { assertPoolType } from "#prefect/pool-checks.ts";
import type { Reporter } from "#reporter";
import type { OnlineWorker } from "./await-online.ts";
import { readKeyInUse } from "./rotate-key/key-in-use.ts";
import { putKey } from "./rotate-key/put-key.ts";
import { rollServices, servicesWithKey } from "./rotate-key/roll-services.ts";
import { rollWorkers } from "./rotate-key/roll-workers.ts";
import { type System, secretArnOf } from "./system.ts";
import type { Workplace } from "./workplace.ts";

/** Which key takes the place of which, and how that is agreed to. */
export interface RotateKeyOptions {
  /** Undefined restarts the workers with the key that is in the secret: it was changed by someone else. */
  readonly newKey: string | undefined;
  /** The key that is in the secret now. */
  readonly keyInUse: string;
  /** What is deployed. */
  readonly system: System;
  /** Opens a workplace that uses a key. Without `signal` it cannot be interrupted: the way back must be gone to its end. */
  readonly workplaceFor: (key: string, options: { interruptible: boolean }) => Promise<Workplace>;
  /** Whether a secret that is not the system's own may be written. @default false */
  readonly mayWriteExisting?: boolean;
  /** Asked when the new key has been found good, before anything is changed. */
  readonly approve: (intended: IntendedRotation) => Promise<boolean>;
  /** Stops it: the old key is put back. @default - nothing does */
  readonly signal?: AbortSignal;
}

/** What a rotation would do. */
export interface IntendedRotation {
  /** The secret in which the key is. */
  readonly secretArn: string;
  /** False when the workers are only restarted. */
  readonly writes: boolean;
  /** The workers that are restarted, by name. */
  readonly workers: readonly string[];
  /** The services that are, as they have the key too (`prefectAccess`). */
  readonly services: readonly string[];
  /** Flow runs that are under way, and go on with the old key. */
  readonly flowRuns: number;
}

/** A rotation that came to its end. */
export interface RotatedKey extends IntendedRotation {
  /** The workers as Prefect shows them with the new key. */
  readonly online: readonly OnlineWorker[];
  /** Before this, nothing with the old key was ended; from then on tasks have the new one. */
  readonly since: Date;
}

/**
 * Puts a new API key in the secret and restarts the workers with it. Flow runs that are under way keep the key they began with,
 * which stays valid until somebody deletes it in Prefect. If a worker does not come ONLINE with the new key, the old one is put back.
 *
 * @throws PREFECT_KEY_REFUSED and what else Prefect says of the new key, SECRET_NOT_OURS, Cancelled: nothing was changed
 * @throws ROTATION_UNDONE: the old key is back. ROTATION_NOT_UNDONE: it is not
 */
export async function rotateKey(options: RotateKeyOptions, reporter: Reporter): Promise<RotatedKey> {
  const { newKey, keyInUse, system, workplaceFor, approve, signal } = options;
  const key = newKey ?? keyInUse;
  const writes = key !== keyInUse;
  const workplace = await workplaceFor(key, { interruptible: true });
  try {
    if (writes) refuseForeignSecret(workplace, options);
    await reporter.stage("Try the key", () => tryKey(workplace, system));
    const secretArn = secretArnOf(system);
    const workers = Object.keys(system.workers);
    const services = servicesWithKey(workplace.config, system);
    const flowRuns = await countUnderWay(workplace, system);
    const intended = { secretArn, writes, workers, services, flowRuns };
    if (!(await approve(intended))) throw new Cancelled("Nothing was changed.");

    const since = new Date();
    let rolling = false;
    try {
      if (writes) await reporter.stage("Put the key", () => putKey(workplace, key, system));
      rolling = true;
      return { ...intended, since, online: await roll(workplace, system, reporter, signal) };
    } catch (error) {
      if (!writes) throw error;
      throw await goBack(error, rolling, options, reporter);
    }
  } finally {
    workplace.close();
  }
}

/** Everything that has the key: the services when the workers have shown that it is good. */
async function roll(workplace: Workplace, system: System, reporter: Reporter, signal?: AbortSignal) {
  const online = await rollWorkers(workplace, system, reporter, signal);
  await rollServices(workplace, system, reporter, signal);
  return online;
}

/** Whatever Prefect would refuse a worker is better known before the old key is gone. */
async function tryKey({ prefect }: Workplace, system: System): Promise<void> {
  await prefect.verifyAccess();
  for (const { work_pool, worker_type } of Object.values(system.workers)) {
    const found = await prefect.readWorkPool(work_pool);
    if (found) assertPoolType(found, worker_type);
  }
}

async function countUnderWay({ prefect }: Workplace, system: System): Promise<number> {
  const counts = await Promise.all(
    poolsOf(system).map((workPool) =>
      prefect.countFlowRuns({ workPool, stateTypes: ["PENDING", "RUNNING"] }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function refuseForeignSecret(
  { config }: Workplace,
  { system, mayWriteExisting }: Pick<RotateKeyOptions, "system" | "mayWriteExisting">,
): void {
  if (!config.prefect.apiKey || !("secretArn" in config.prefect.apiKey) || mayWriteExisting) return;
  const secretArn = secretArnOf(system);
  throw new PrefectFargateError(
    "SECRET_NOT_OURS",
    `The key is in ${secretArn}, which the config only reads (apiKey.secretArn): whoever owns it writes it.`,
    {
      details: [
        "When it has been written, restart the workers with it: prefect-fargate rotate-key --restart-only",
        "To write it from here after all: prefect-fargate rotate-key --write-existing-secret",
      ],
      hint: `aws secretsmanager put-secret-value --secret-id ${secretArn} --secret-string file:///dev/stdin`,
    },
  );
}

/** Puts the old key back, restarts the workers if they were, and says what happened. */
async function goBack(
  cause: unknown,
  rolled: boolean,
  { keyInUse, system, workplaceFor }: RotateKeyOptions,
  reporter: Reporter,
): Promise<Error> {
  const why = cause instanceof PrefectFargateError ? cause : undefined;
  const reason = why?.message ?? (cause instanceof Error ? cause.message : String(cause));
  const workplace = await workplaceFor(keyInUse, { interruptible: false });
  try {
    if ((await readKeyInUse(workplace.aws, system)) !== keyInUse)
      await reporter.stage("Put the old key back", () => putKey(workplace, keyInUse, system));
    if (rolled) await roll(workplace, system, reporter);
    if (isInterruption(cause))
      return new Cancelled("The old key is back, and the workers are ONLINE with it.");
    return new PrefectFargateError(
      "ROTATION_UNDONE",
      `The new key did not do; the old one is back${rolled ? ", and the workers are ONLINE with it" : ""}. ${reason}`,
      {
        source: why?.source ?? "environment",
        cause,
        details: why?.details ?? [],
        ...(why?.hint ? { hint: why.hint } : {}),
      },
    );
  } catch (error) {
    const second = error instanceof Error ? error.message : String(error);
    return new PrefectFargateError(
      "ROTATION_NOT_UNDONE",
      `The new key did not do, and the way back to the old one failed as well. ${reason}`,
      {
        source: "environment",
        cause: error,
        details: [...(why?.details ?? []), `The way back: ${second}`],
        hint: "prefect-fargate status, then prefect-fargate rotate-key with a key that is good",
      },
    );
  } finally {
    workplace.close();
  }
}

const isInterruption = (error: unknown): boolean =>
  error instanceof Cancelled || (error instanceof Error && error.name === "AbortError");

const poolsOf = ({ workers }: System): string[] => [
  ...new Set(Object.values(workers).map(({ work_pool }) => work_pool)),
];
