import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dependencies, dependents, orderProblem } from "./container-order.ts";
import { ContainerRun } from "./container-run.ts";
import { containerSpec } from "./container-spec.ts";
import type { TaskStateChange } from "./control-plane.ts";
import type { CredentialsEndpoint, CredentialsGrant } from "./credentials-endpoint.ts";
import type { ContainerSpec, ProcessIdentity } from "./driver.ts";
import { type FargateTask, taskFolderName, taskMemoryMiB } from "./fargate-task.ts";
import { watchMemory } from "./memory-watch.ts";
import type { MetadataEndpoint, MetadataGrant } from "./metadata-endpoint.ts";
import { type ProvisionContext, type ProvisionedTask, provisionTask } from "./provision.ts";
import {
  cannotStartContainer,
  ESSENTIAL_CONTAINER_EXITED,
  OUT_OF_MEMORY,
  type StopReason,
  startFailure,
} from "./stop-reasons.ts";
import { containerMetadata, containerStats, taskMetadata, taskStats } from "./task-metadata.ts";
import { removeTask, taskFolder, temporaryFolder, writeTaskRecord } from "./task-records.ts";

const REPORT_ATTEMPTS = 3;
const REPORT_PAUSE_MS = 200;

export interface TaskHost extends ProvisionContext {
  /** Where tasks have their folders and records. */
  readonly dir: string;
  readonly agent: ProcessIdentity;
  /** Origin of the server with the two endpoints. */
  readonly endpointOrigin: string;
  readonly credentials: CredentialsEndpoint;
  readonly metadata: MetadataEndpoint;
}

/** One task on this host, from the moment the control plane wants it until it is STOPPED and nothing is left. */
export class TaskRun {
  readonly task: FargateTask;
  /** Resolves when the task is STOPPED, reported and cleaned up. Never rejects. */
  readonly over: Promise<void>;
  status: "PENDING" | "RUNNING" | "STOPPING" | "STOPPED" = "PENDING";
  containers: ContainerRun[] = [];
  readonly #host: TaskHost;
  readonly #folderName: string;
  readonly #stopRequest = Promise.withResolvers<StopReason | undefined>();
  /** Releases containers that wait for others. */
  readonly #stopped = Promise.withResolvers<void>();
  readonly #grants: (CredentialsGrant | MetadataGrant)[] = [];
  #provisioned: ProvisionedTask | undefined;
  #starts: Promise<void>[] = [];
  #ending = false;
  #reports: Promise<void> = Promise.resolve();
  #recording: Promise<void> = Promise.resolve();

  constructor(task: FargateTask, host: TaskHost) {
    this.task = task;
    this.#host = host;
    this.#folderName = taskFolderName(task.taskArn);
    this.over = this.#live();
  }

  /** @param reason undefined = the control plane asked for it and knows why */
  stop(reason?: StopReason): void {
    this.#stopRequest.resolve(reason);
  }

  async #live(): Promise<void> {
    this.#report({ status: "ACTIVATING" });
    const provisioning = provisionTask(this.task, this.#host);
    const outcome = await Promise.race([
      this.#stopRequest.promise,
      provisioning.then((provisioned) => this.#run(provisioned)),
    ]).catch(startFailure);
    this.#ending = true;
    this.#stopped.resolve();
    await this.#stopContainers();
    await this.#closeLogs(provisioning);
    for (const grant of this.#grants) grant.revoke();
    await this.#reportStopped(outcome);
    await removeTask(this.#host.dir, this.#folderName).catch(() => {});
  }

  /** Resolves with why the task ends; its containers may still run then. */
  async #run(provisioned: ProvisionedTask): Promise<StopReason | undefined> {
    // Making an image can take long, and nobody waits for it once the task is to stop.
    if (this.#ending) return undefined;
    this.#provisioned = provisioned;
    const problem = orderProblem(provisioned.containers.map(({ definition }) => definition));
    if (problem) throw cannotStartContainer(problem);
    this.containers = provisioned.containers.map(
      ({ definition }) => new ContainerRun(definition, (change) => this.#report({ containers: [change] })),
    );
    const specs = this.#specify(provisioned);
    await this.#record(specs);

    const memory = this.#watchMemory(specs);
    this.#starts = this.containers.map((container, index) => this.#startInTurn(container, index, specs));
    try {
      return await Promise.race([
        this.#stopRequest.promise,
        this.#essentialExit(),
        Promise.all(this.#starts).then(() => this.#keepRunning()),
      ]);
    } finally {
      memory.stop();
    }
  }

  #specify(provisioned: ProvisionedTask): ContainerSpec[] {
    const { endpointOrigin, endpointUrl, metadata } = this.#host;
    const grant = provisioned.taskSession && this.#host.credentials.grant(provisioned.taskSession);
    if (grant) this.#grants.push(grant);
    const credentials = grant && { uri: endpointOrigin + grant.path, token: grant.token };
    return provisioned.containers.map((parts, index) => {
      const container = this.containers[index]!;
      const readable = metadata.grant({
        container: () => containerMetadata(this.task, container),
        task: () => taskMetadata(this.task, this.status, this.containers),
        containerStats: () => containerStats(this.task, container),
        taskStats: () => taskStats(this.task, this.containers),
      });
      this.#grants.push(readable);
      const directory = path.join(taskFolder(this.#host.dir, this.#folderName), container.name);
      return containerSpec(this.task, parts, {
        directory,
        temporaryDirectory: temporaryFolder(this.#folderName),
        metadataUri: endpointOrigin + readable.path,
        credentials,
        endpointUrl,
      });
    });
  }

  async #startInTurn(container: ContainerRun, index: number, specs: readonly ContainerSpec[]): Promise<void> {
    await Promise.race([this.#dependenciesMet(container), this.#stopped.promise]);
    if (this.#ending) return;
    await container.start(this.#host.driver, specs[index]!);
    this.#report({ containers: [container.state] });
    container.ended.promise.then(() => this.#report({ containers: [container.state] }));
    await this.#record(specs);
  }

  async #dependenciesMet(container: ContainerRun): Promise<void> {
    const waits = dependencies(container.definition).map(async ({ containerName, condition }) => {
      const other = this.#container(containerName);
      const failed = () =>
        cannotStartContainer(`${container.name} depends on ${containerName} being ${condition}`);
      if (condition === "START") return other.started.promise;
      if (condition === "HEALTHY") {
        const healthy = await Promise.race([
          other.healthy.promise.then(() => true),
          other.ended.promise.then(() => false),
        ]);
        if (!healthy) throw failed();
        return;
      }
      const exitCode = await other.ended.promise;
      if (condition === "SUCCESS" && exitCode !== 0) throw failed();
    });
    await Promise.all(waits);
  }

  /** With all containers started, only an exit or a request ends the task. */
  async #keepRunning(): Promise<never> {
    if (this.containers.every(({ running }) => running)) {
      if (!this.#ending) this.status = "RUNNING";
      this.#report({ status: "RUNNING" });
    }
    return new Promise<never>(() => {});
  }

  async #essentialExit(): Promise<StopReason> {
    await Promise.race(
      this.containers.filter(({ essential }) => essential).map(({ ended }) => ended.promise),
    );
    return ESSENTIAL_CONTAINER_EXITED;
  }

  #watchMemory(specs: readonly ContainerSpec[]) {
    return watchMemory(
      taskMemoryMiB(this.task),
      this.containers.map((container, index) => ({
        memoryMiB: specs[index]!.memoryMiB,
        memoryBytes: async () => container.running?.memoryBytes(),
        kill: () => container.kill(OUT_OF_MEMORY),
      })),
    );
  }

  /** All at once, except that a container outlives those that depend on it. */
  async #stopContainers(): Promise<void> {
    await Promise.allSettled(this.#starts);
    if (this.containers.some(({ status }) => status === "RUNNING")) {
      this.status = "STOPPING";
      this.#report({ status: "STOPPING" });
    }
    const definitions = this.containers.map(({ definition }) => definition);
    const stops = new Map<string, Promise<void>>();
    const stop = (container: ContainerRun): Promise<void> => {
      const known = stops.get(container.name);
      if (known) return known;
      const others = dependents(container.name, definitions).map((name) => stop(this.#container(name)));
      const stopping = Promise.all(others).then(() => container.stop());
      stops.set(container.name, stopping);
      return stopping;
    };
    await Promise.all(this.containers.map(stop));
    this.status = "STOPPED";
  }

  async #closeLogs(provisioning: Promise<ProvisionedTask>): Promise<void> {
    const close = ({ containers }: ProvisionedTask) =>
      Promise.all(containers.map(({ logs }) => logs.close()));
    if (this.#provisioned) await close(this.#provisioned);
    else provisioning.then(close).catch(() => {});
  }

  #container(name: string): ContainerRun {
    return this.containers.find((container) => container.name === name)!;
  }

  /** One after the other: the containers start at the same time and write the same file. */
  #record(specs: readonly ContainerSpec[]): Promise<void> {
    this.#recording = this.#recording.then(() =>
      writeTaskRecord(this.#host.dir, this.#folderName, {
        taskArn: this.task.taskArn,
        agent: this.#host.agent,
        containers: specs.map((spec, index) => ({
          name: spec.name,
          marker: spec.environment.ECS_CONTAINER_METADATA_URI_V4!,
          process: this.containers[index]!.running?.process,
        })),
      }),
    );
    return this.#recording;
  }

  async #reportStopped(outcome: StopReason | undefined): Promise<void> {
    this.#report({ status: "STOPPED", ...outcome, containers: this.containers.map(({ state }) => state) });
    await this.#reports;
  }

  /** In order, one after the other. The answer says whether the task is still wanted. */
  #report(change: Omit<TaskStateChange, "task">): void {
    this.#reports = this.#reports.then(async () => {
      for (let attempt = 1; attempt <= REPORT_ATTEMPTS; attempt += 1) {
        try {
          const desired = await this.#host.controlPlane.report({ task: this.task.taskArn, ...change });
          if (desired !== "RUNNING") this.stop();
          return;
        } catch (error) {
          if (attempt === REPORT_ATTEMPTS) this.#host.onLoss(`A task's state was not reported: ${error}`);
          else await sleep(REPORT_PAUSE_MS);
        }
      }
    });
  }
}
