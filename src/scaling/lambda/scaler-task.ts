/** What the schedule hands the function at every start: the root writes it from the config. */
export interface ScalerTask {
  /** Base URL of Prefect's API, as workers have it. */
  readonly prefectApiUrl: string;
  /** The secret with the API key; null where the server asks for none. */
  readonly apiKeySecretArn: string | null;
  /** The secret with `user:password`, where the server asks for that. */
  readonly authStringSecretArn: string | null;
  /** Authorities (PEM) that are trusted for Prefect's API; null for the public ones. */
  readonly caCertificates: string | null;
  /** Name of the ECS cluster. */
  readonly cluster: string;
  readonly workers: Readonly<Record<string, ScaledWorker>>;
}

/** A worker by its name, which is its service's too. */
export interface ScaledWorker {
  readonly type: "ecs" | "process";
  readonly workPool: string;
  /**
   * `queue`: we say how many tasks run. `keep`: somebody else does (the config, Application Auto Scaling), and we only tell
   * workers to go that are too many or were replaced.
   */
  readonly mode: "queue" | "keep";
  readonly minTasks: number;
  readonly maxTasks: number;
  readonly slots: number;
  readonly coldStartSeconds: number;
}
