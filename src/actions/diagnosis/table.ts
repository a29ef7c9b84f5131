import { apiDown, apiRefusesHere, apiUrlWrong, noRouteToApi } from "./causes/api.ts";
import {
  commandMissing,
  endedWithoutError,
  killedBySignal,
  outOfMemory,
  stoppedByOthers,
  wrongArchitecture,
} from "./causes/exits.ts";
import { healthCheckFailing } from "./causes/health.ts";
import { imageCauses } from "./causes/image.ts";
import { logGroupMissing } from "./causes/log-group.ts";
import { nameTaken } from "./causes/name-taken.ts";
import { noEgress } from "./causes/no-egress.ts";
import { permissionMissing, roleNotAssumed } from "./causes/permission.ts";
import { placementCauses } from "./causes/placement.ts";
import { poolMissing, poolPaused, poolTypeWrong } from "./causes/pool.ts";
import { rolledBack, stillStarting } from "./causes/rollout.ts";
import { secretCauses } from "./causes/secret.ts";
import { workerStartCauses } from "./causes/worker-start.ts";
import type { Recognizer } from "./finding.ts";

/**
 * Every cause that is known, in the order in which a task meets them on its way to ONLINE. Of two that are equally
 * sure and equally recent the one further up is told first, as what is below may follow from it.
 */
export const causes: readonly Recognizer[] = [
  ...placementCauses,
  roleNotAssumed,
  noEgress,
  ...imageCauses,
  ...secretCauses,
  logGroupMissing,
  permissionMissing,
  wrongArchitecture,
  commandMissing,
  ...workerStartCauses,
  apiDown,
  apiUrlWrong,
  noRouteToApi,
  outOfMemory,
  killedBySignal,
  poolTypeWrong,
  poolMissing,
  healthCheckFailing,
  nameTaken,
  endedWithoutError,
  stoppedByOthers,
  stillStarting,
  apiRefusesHere,
  rolledBack,
  poolPaused,
];
