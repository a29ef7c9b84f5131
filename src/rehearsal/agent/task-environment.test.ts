import { describe, expect, it } from "vitest";
import { taskEnvironment } from "./task-environment.ts";

const base = {
  imageEnvironment: { PATH: "/venv/bin:/usr/bin", LANG: "C.UTF-8" },
  region: "eu-west-1",
  metadataUri: "http://127.0.0.1:1/v4/abc",
  agentUri: "http://127.0.0.1:1/api/def",
  endpointUrl: "http://127.0.0.1:4566",
};

describe("taskEnvironment", () => {
  it("is the image's, Fargate's and the emulator's variables and nothing of the caller's", () => {
    process.env.LEAKED_BY_CALLER = "yes";
    expect(taskEnvironment(base)).toEqual({
      PATH: "/venv/bin:/usr/bin",
      LANG: "C.UTF-8",
      AWS_EXECUTION_ENV: "AWS_ECS_FARGATE",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      ECS_CONTAINER_METADATA_URI_V4: "http://127.0.0.1:1/v4/abc",
      ECS_AGENT_URI: "http://127.0.0.1:1/api/def",
      AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
    });
    delete process.env.LEAKED_BY_CALLER;
  });

  it("lets the override win over the definition, and the definition over the image and Fargate", () => {
    const environment = taskEnvironment({
      ...base,
      definition: [
        { name: "LANG", value: "de_DE" },
        { name: "AWS_REGION", value: "us-west-2" },
        { name: "MODE", value: "definition" },
      ],
      override: [{ name: "MODE", value: "override" }],
    });
    expect(environment).toMatchObject({ LANG: "de_DE", AWS_REGION: "us-west-2", MODE: "override" });
  });

  it("lets a secret win over an override of the same name, as the ECS agent merges secrets last", () => {
    const environment = taskEnvironment({
      ...base,
      override: [{ name: "PREFECT_API_KEY", value: "clear" }],
      secrets: { PREFECT_API_KEY: "from the secret" },
    });
    expect(environment.PREFECT_API_KEY).toBe("from the secret");
  });

  it("keeps the emulated AWS whatever the definition says, so that a rehearsal never reaches the real one", () => {
    const definition = [{ name: "AWS_ENDPOINT_URL", value: "https://ecs.eu-west-1.amazonaws.com" }];
    expect(taskEnvironment({ ...base, definition }).AWS_ENDPOINT_URL).toBe("http://127.0.0.1:4566");
  });

  it("points to the credentials endpoint by full URI and token, only for a task with a role", () => {
    const credentials = { uri: "http://127.0.0.1:1/v2/credentials/x", token: "t" };
    const environment = taskEnvironment({ ...base, credentials });
    expect(environment.AWS_CONTAINER_CREDENTIALS_FULL_URI).toBe(credentials.uri);
    expect(environment.AWS_CONTAINER_AUTHORIZATION_TOKEN).toBe("t");
    expect(environment).not.toHaveProperty("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    expect(taskEnvironment(base)).not.toHaveProperty("AWS_CONTAINER_CREDENTIALS_FULL_URI");
  });

  it("keeps an empty value as an empty variable", () => {
    expect(taskEnvironment({ ...base, definition: [{ name: "EMPTY" }] }).EMPTY).toBe("");
  });
});
