import path from "node:path";
import { orderProblem } from "./container-order.ts";
import { ContainerRun } from "./container-run.ts";
import { containerSpec } from "./container-spec.ts";
import { itsTurn, stopAll } from "./container-turns.ts";
import type { CredentialsEndpoint, CredentialsGrant } from "./credentials-endpoint.ts";
import type { ContainerSpec, ProcessIdentity } from "./driver.ts";
import { type FargateTask, taskFolderName, taskMemoryMiB } from "./fargate-task.ts";
import { watchMemory } from "./memory-watch.ts";
import type { MetadataEndpoint, MetadataGrant } from "./metadata-endpoint.ts";
import type { ProtectionEndpoint, ProtectionGrant } from "./protection-endpoint.ts";
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
import { TaskReports } from "./task-reports.ts";

export interface TaskHost extends ProvisionContext {
  /** Where tasks have their folders and records. */
  readonly dir: string;
  readonly agent: ProcessIdentity;
  /** Origin of the server with the endpoints. */
  readonly endpointOrigin: string;
  readonly credentials: CredentialsEndpoint;
  readonly metadata: MetadataEndpoint;
  readonly protection: ProtectionEndpoint;
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
  readonly #reports: TaskReports;
  readonly #stopRequest = Promise.withResolvers<StopReason | undefined>();
  /** Releases containers that wait for others. */
  readonly #stopped = Promise.withResolvers<void>();
  readonly #grants: (CredentialsGrant | MetadataGrant | ProtectionGrant)[] = [];
  #provisioned: ProvisionedTask | undefined;
  #starts: Promise<void>[] = [];
  #ending = false;
  #recording: Promise<void> = Promise.resolve();

  constructor(task: FargateTask, host: TaskHost) {
    this.task = task;
    this.#host = host;
    this.#folderName = taskFolderName(task.taskArn);
    this.#reports = new TaskReports({
      taskArn: task.taskArn,
      controlPlane: host.controlPlane,
      onUnwanted: () => this.stop(),
      onLoss: host.onLoss,
    });
    this.over = this.#live();
  }

  /** @param reason undefined = the control plane asked for it and knows why */
  stop(reason?: StopReason): void {
    this.#stopRequest.resolve(reason);
  }

  async #live(): Promise<void> {
    this.#reports.send({ status: "ACTIVATING" });
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
    const containers = this.containers.map(({ state }) => state);
    await this.#reports.send({ status: "STOPPED", ...outcome, containers });
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
      ({ definition }) =>
        new ContainerRun(definition, (change) => this.#reports.send({ containers: [change] })),
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
    const { endpointOrigin, endpointUrl, metadata, protection } = this.#host;
    const session = provisioned.taskSession;
    const grant = session && this.#host.credentials.grant(session);
    const agentApi = protection.grant({ task: this.task, session, endpointUrl });
    this.#grants.push(agentApi, ...(grant ? [grant] : []));
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
        agentUri: endpointOrigin + agentApi.path,
        credentials,
        endpointUrl,
      });
    });
  }

  async #startInTurn(container: ContainerRun, index: number, specs: readonly ContainerSpec[]): Promise<void> {
    await Promise.race([itsTurn(container, this.containers), this.#stopped.promise]);
    if (this.#ending) return;
    await container.start(this.#host.driver, specs[index]!);
    this.#reports.send({ containers: [container.state] });
    container.ended.promise.then(() => this.#reports.send({ containers: [container.state] }));
    await this.#record(specs);
  }

  /** With all containers started, only an exit or a request ends the task. */
  async #keepRunning(): Promise<never> {
    if (this.containers.every(({ running }) => running)) {
      if (!this.#ending) this.status = "RUNNING";
      this.#reports.send({ status: "RUNNING" });
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

  async #stopContainers(): Promise<void> {
    await Promise.allSettled(this.#starts);
    if (this.containers.some(({ status }) => status === "RUNNING")) {
      this.status = "STOPPING";
      this.#reports.send({ status: "STOPPING" });
    }
    await stopAll(this.containers);
    this.status = "STOPPED";
  }

  async #closeLogs(provisioning: Promise<ProvisionedTask>): Promise<void> {
    const close = ({ containers }: ProvisionedTask) =>
      Promise.all(containers.map(({ logs }) => logs.close()));
    if (this.#provisioned) await close(this.#provisioned);
    else provisioning.then(close).catch(() => {});
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
}
