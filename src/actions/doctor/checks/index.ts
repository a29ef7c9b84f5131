import type { Check } from "../check.ts";
import { architectureCheck } from "./architecture.ts";
import { awsIdentityCheck } from "./aws-identity.ts";
import { clockCheck } from "./clock.ts";
import { dockerHubCheck } from "./docker-hub.ts";
import { networkCheck } from "./network.ts";
import { nodeCheck } from "./node.ts";
import { permissionsCheck } from "./permissions.ts";
import { prefectAccessCheck } from "./prefect-access.ts";
import { prefectPlanCheck } from "./prefect-plan.ts";
import { pythonCheck } from "./python.ts";
import { quotasCheck } from "./quotas.ts";
import { regionCheck } from "./region.ts";
import { stateCheck } from "./state.ts";
import { terraformCheck } from "./terraform.ts";
import { workPoolsCheck } from "./work-pools.ts";

/** Every check, in the order in which their lines are shown: this machine, AWS, Prefect, what runs later. */
export const checks: readonly Check[] = [
  terraformCheck,
  nodeCheck,
  pythonCheck,
  clockCheck,
  stateCheck,
  awsIdentityCheck,
  regionCheck,
  permissionsCheck,
  quotasCheck,
  networkCheck,
  prefectAccessCheck,
  prefectPlanCheck,
  workPoolsCheck,
  dockerHubCheck,
  architectureCheck,
];
