import type { ContainerDefinition, HealthStatus } from "@aws-sdk/client-ecs";
import type { ContainerStateChange } from "./control-plane.ts";
import type { ContainerSpec, Driver, RunningContainer } from "./driver.ts";
import { isEssential } from "./fargate-task.ts";
import { type HealthWatch, healthCheckPlan, watchHealth } from "./health.ts";

/** One container of a task, from its start to its exit code. */
export class ContainerRun {
  readonly definition: ContainerDefinition;
  readonly name: string;
  readonly essential: boolean;
  /** Resolves when its command runs. */
  readonly started = Promise.withResolvers<void>();
  /** Resolves when its health check has passed once. */
  readonly healthy = Promise.withResolvers<void>();
  /** Resolves with its exit code once everything in it is gone. */
  readonly ended = Promise.withResolvers<number>();
  startedAt: Date | undefined;
  endedAt: Date | undefined;
  exitCode: number | undefined;
  /** Why it ended, in AWS's words, when there is more to say than the exit code does. */
  reason: string | undefined;
  running: RunningContainer | undefined;
  readonly #onChange: (change: ContainerStateChange) => void;
  #health: HealthStatus | undefined;
  #healthWatch: HealthWatch | undefined;

  constructor(definition: ContainerDefinition, onChange: (change: ContainerStateChange) => void) {
    this.definition = definition;
    this.name = definition.name ?? "";
    this.essential = isEssential(definition);
    this.#onChange = onChange;
    if (healthCheckPlan(definition.healthCheck)) this.#health = "UNKNOWN";
  }

  get status(): "PENDING" | "RUNNING" | "STOPPED" {
    if (this.endedAt) return "STOPPED";
    return this.running ? "RUNNING" : "PENDING";
  }

  /** Everything the control plane may know of it now. */
  get state(): ContainerStateChange {
    return {
      name: this.name,
      status: this.status,
      ...(this.running && { runtimeId: this.running.runtimeId }),
      ...(this.#health && { healthStatus: this.#health }),
      ...(this.exitCode !== undefined && { exitCode: this.exitCode }),
      ...(this.reason && { reason: this.reason }),
    };
  }

  /** @throws TaskStartFailure */
  async start(driver: Driver, spec: ContainerSpec): Promise<void> {
    const running = await driver.start(spec);
    this.running = running;
    this.startedAt = new Date();
    this.#watchHealth(running);
    running.exited.then(({ exitCode, reason }) => {
      this.#healthWatch?.stop();
      this.exitCode = exitCode;
      this.reason ??= reason;
      this.endedAt = new Date();
      this.ended.resolve(exitCode);
    });
    this.started.resolve();
  }

  /** Signal, patience, SIGKILL. Resolves when nothing of it is left; at once when it never ran. */
  async stop(): Promise<void> {
    this.#healthWatch?.stop();
    this.running?.stop();
    await this.running?.exited;
  }

  kill(reason: string): void {
    this.reason ??= reason;
    this.running?.kill();
  }

  #watchHealth(running: RunningContainer): void {
    const plan = healthCheckPlan(this.definition.healthCheck);
    if (!plan) return;
    this.#healthWatch = watchHealth(plan, running.check.bind(running), (status) => {
      this.#health = status;
      if (status === "HEALTHY") this.healthy.resolve();
      this.#onChange({ name: this.name, healthStatus: status });
    });
  }
}
