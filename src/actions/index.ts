/**
 * The commands as functions: they return data, speak to a `Reporter`, and throw `PrefectFargateError` with a code and what to
 * do next. None of them prints or exits.
 */
export { type LoadConfigOptions, type LoadedConfig, loadConfig } from "#config/load-config.ts";
export { ConfigInvalidError, resolveConfig } from "#config/resolve-config.ts";
export { type Reporter, type Stage, silentReporter } from "#reporter";
export { type DeployOptions, type DeployResult, deploy } from "./deploy.ts";
export { type Destroyed, type DestroyOptions, destroy, type Removal } from "./destroy.ts";
export { type Logs, type LogsOptions, openLogs } from "./logs.ts";
export { openPrefect } from "./open-prefect.ts";
export { type OpenSystem, openSystem } from "./open-system.ts";
export type { Proposal } from "./plan/propose.ts";
export { proposeDeploy } from "./plan/propose-deploy.ts";
export { type RotatedKey, type RotateKeyOptions, rotateKey } from "./rotate-key.ts";
export { type RanFlow, type RunOptions, runFlow } from "./run.ts";
export { readStatus, type SystemStatus } from "./status.ts";
export type { Surroundings } from "./surroundings.ts";
export { type UserSurroundingsOptions, userSurroundings } from "./user-surroundings.ts";
export { type WireOptions, wire } from "./wire.ts";
export { openWorkplace, type Workplace } from "./workplace.ts";
