import { poolObstacle } from "#prefect/pool-checks.ts";
import type { Recognizer } from "../finding.ts";
import { findInLogs } from "../sayings.ts";

const SOURCE = "https://docs.prefect.io/v3/concepts/work-pools";

/** A worker in a pool of another type only warns, and its runs go where that pool's template says. */
export const poolTypeWrong: Recognizer = {
  cause: "pool-type-wrong",
  source: SOURCE,
  recognize(evidence) {
    const { workPool, pool } = evidence.prefect;
    const warned = findInLogs(
      evidence,
      /Worker type mismatch! [^.]*expects type '(\w+)' but received '(\w[\w-]*)'/,
    );
    const wanted = evidence.workerType;
    const type = pool?.type ?? warned?.match[2];
    if (type === undefined || type === wanted) return undefined;
    return {
      certainty: "certain",
      sentence: `its work pool ${workPool} is of type ${type}, not ${wanted}, and a pool cannot change its type.`,
      evidence: [`Prefect: work pool ${workPool} has type ${type}`, ...(warned ? [warned.quote] : [])],
      remedy: `Choose another name for workPool in prefect-fargate.config.ts, or delete the pool: prefect work-pool delete ${workPool}`,
    };
  },
};

export const poolMissing: Recognizer = {
  cause: "pool-missing",
  source: SOURCE,
  recognize({ subject, prefect: { pool, problem, workPool } }) {
    if (subject !== "worker" || pool || problem) return undefined;
    return {
      certainty: "certain",
      sentence: `its work pool ${workPool} does not exist: somebody deleted it since the deploy began.`,
      evidence: [`Prefect: no work pool ${workPool}`],
      remedy: "Make it again: prefect-fargate deploy",
    };
  },
};

/** A paused pool keeps nobody from coming ONLINE, but nothing will run in it. */
export const poolPaused: Recognizer = {
  cause: "pool-paused",
  source: SOURCE,
  recognize({ prefect: { pool } }) {
    const obstacle = pool && poolObstacle(pool);
    if (!obstacle) return undefined;
    const [sentence = obstacle, command = "prefect-fargate wire"] = obstacle.split(" until you type: ");
    return {
      certainty: "aside",
      sentence: `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}.`,
      evidence: [`Prefect: work pool ${pool.name} is ${pool.status ?? "paused"}`],
      remedy: command,
    };
  },
};
