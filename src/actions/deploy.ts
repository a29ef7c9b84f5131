import type { Config } from "#config/schema.ts";
import { prefectApiUrl } from "#config/api-url.ts";
import { openWorkspace, type Workspace } from "#engine/workspace.ts";
import { describeProgress } from "#engine/progress.ts";
import { createPrefectClient, type PrefectClient } from "#prefect/client.ts";
import { composeRoot } from "#root/compose-root.ts";
import { writeRoot } from "#root/write-root.ts";
import type { Reporter } from "#reporter";
import { type AwsClients, awsClients } from "./aws-clients.ts";
import { awaitOnline, type OnlineWorker } from "./await-online.ts";
import { chooseZones } from "./choose-zones.ts";
import type { Surroundings } from "./surroundings.ts";
import { readSystem, type System } from "./system.ts";
import { preparePools, wirePools } from "./work-pools.ts";

export interface Deployed {
  readonly system: System;
  readonly workers: readonly OnlineWorker[];
  /** How many resources Terraform created, changed and destroyed. */
  readonly resources: { readonly created: number; readonly changed: number; readonly destroyed: number };
}
