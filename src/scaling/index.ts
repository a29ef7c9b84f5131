/** The decision of how many workers a service needs, with what it looks at, for those who build their own scaler. */
export { decide } from "./decide.ts";
export type { Decision } from "./decision.ts";
export type {
  AdHocTraffic,
  Instant,
  Observation,
  ObservedRuns,
  ObservedWorker,
  QueueLimit,
  RunningRun,
  ScalingMemory,
  WaitingRun,
  WorkLimits,
} from "./observation.ts";
export { type EcsAnswers, observe, observeNothing, type Sighting } from "./reading/observe.ts";
export type { PrefectAnswers } from "./reading/prefect-answers.ts";
export { type AskPrefect, readPrefect } from "./reading/read-prefect.ts";
export { type PrefectRequest, type RequestPlan, requestPlan } from "./reading/request-plan.ts";
export { learnDurations, type UsualDurations } from "./reading/usual-durations.ts";
export { type ScalingInput, type ScalingSettings, scalingSettings } from "./settings.ts";
