import { randomBytes } from "node:crypto";
import type { EndpointHandler } from "./endpoint-server.ts";

const PATH_PREFIX = "/v4/";

/** What one container may read; each is asked anew on every request. */
export interface MetadataSource {
  container(): unknown;
  task(): unknown;
  /** Docker's statistics of this container, as far as they are known; null when it does not run. */
  containerStats(): Promise<unknown>;
  /** The same of all containers, by their runtime id. */
  taskStats(): Promise<unknown>;
}

export interface MetadataGrant {
  /** Path on the endpoint server, for ECS_CONTAINER_METADATA_URI_V4. No two containers ever have the same. */
  readonly path: string;
  revoke(): void;
}

/**
 * The task metadata endpoint, version 4.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export class MetadataEndpoint {
  readonly #sources = new Map<string, MetadataSource>();

  grant(source: MetadataSource): MetadataGrant {
    const token = randomBytes(16).toString("hex");
    this.#sources.set(token, source);
    return { path: PATH_PREFIX + token, revoke: () => this.#sources.delete(token) };
  }

  readonly handle: EndpointHandler = async ({ method, path }) => {
    if (method !== "GET" || !path.startsWith(PATH_PREFIX)) return undefined;
    const [token = "", ...rest] = path.slice(PATH_PREFIX.length).split("/");
    const source = this.#sources.get(token);
    if (!source) return { status: 404, body: { message: "No container has this metadata." } };
    switch (rest.filter(Boolean).join("/")) {
      case "":
        return { status: 200, body: source.container() };
      case "task":
        return { status: 200, body: source.task() };
      case "stats":
        return { status: 200, body: await source.containerStats() };
      case "task/stats":
        return { status: 200, body: await source.taskStats() };
      default:
        return undefined;
    }
  };
}
