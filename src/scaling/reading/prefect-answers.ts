/** What is read of Prefect's answers. Everything else in them is left alone, whatever the release. */
export interface FlowRunAnswer {
  readonly id: string;
  readonly deployment_id?: string | null;
  readonly work_queue_name?: string | null;
  readonly state_type?: string | null;
  readonly state_name?: string | null;
  readonly expected_start_time?: string | null;
  readonly next_scheduled_start_time?: string | null;
  readonly start_time?: string | null;
  /** Seconds in the state RUNNING. */
  readonly total_run_time?: number;
  /** `hostname:process` for a `process` worker of Prefect 2. */
  readonly infrastructure_pid?: string | null;
  /** Prefect 3 notes the worker's name here. */
  readonly labels?: Readonly<Record<string, unknown>> | null;
  readonly empirical_policy?: { readonly retry_type?: string | null } | null;
  readonly state?: { readonly timestamp?: string } | null;
}

export interface WorkPoolAnswer {
  readonly name: string;
  readonly type: string;
  readonly is_paused?: boolean;
  readonly concurrency_limit?: number | null;
}

export interface WorkQueueAnswer {
  readonly name: string;
  readonly is_paused?: boolean;
  readonly concurrency_limit?: number | null;
}

/** The answers to a plan's requests. */
export interface PrefectAnswers {
  /** Runs that a worker has taken. */
  readonly running: readonly FlowRunAnswer[];
  /** Runs that are due or coming. */
  readonly waiting: readonly FlowRunAnswer[];
  /** False when a list was longer than what was read of it. */
  readonly complete: boolean;
  /** When the lists were asked for: they are at least as new. */
  readonly askedAt: number;
  /** What is asked for once a minute. */
  readonly slow: SlowAnswers;
}

/** What changes slowly and is asked for once a minute. */
export interface SlowAnswers {
  readonly pool: WorkPoolAnswer;
  readonly queues: readonly WorkQueueAnswer[];
  /** How many runs fell due lately, and how many of them their schedule had announced. */
  readonly arrived: number;
  readonly announced: number;
  readonly ended: readonly FlowRunAnswer[];
  readonly askedAt: number;
}
