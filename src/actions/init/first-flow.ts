export const FLOW_FILE = "flows/hello.py";
export const DEPLOYMENTS_FILE = "prefect.yaml";
/** The flow's name and its deployment's, as `prefect deployment run` and `prefect-fargate run` take them. */
export const DEPLOYMENT = "hello/hello";

/** Says hello, and from where. Runs with Prefect 2 and 3 alike. */
export const flowPage = (): string => `"""A first flow: it says hello, and from which Fargate task.

Try it here with \`python ${FLOW_FILE}\`; prefect.yaml beside this folder says how it is deployed.
"""

import json
import os
import urllib.request

from prefect import flow, task


@task
def where_am_i() -> str:
    """The ARN of the ECS task that runs this, or the machine's name."""
    address = os.environ.get("ECS_CONTAINER_METADATA_URI_V4")
    if address is None:
        return os.uname().nodename
    with urllib.request.urlopen(f"{address}/task", timeout=5) as answer:
        return json.load(answer)["TaskARN"]


@flow(name="hello", log_prints=True)
def hello(name: str = "world") -> str:
    greeting = f"Hello, {name}, from {where_am_i()}"
    print(greeting)
    return greeting


if __name__ == "__main__":
    hello()
`;

/** Where flow runs fetch the flows from. */
export interface FlowSource {
  readonly repository: string;
  readonly branch: string;
}

/** What stands where the repository is not known yet. */
export const UNKNOWN_SOURCE: FlowSource = {
  repository: "https://github.com/YOU/YOUR-REPOSITORY.git",
  branch: "main",
};

/**
 * Tells \`prefect deploy\` about the flow. A Fargate task begins empty, so it clones the repository first: no image has to be
 * built for a change of the flow.
 */
export const deploymentsPage = ({
  source = UNKNOWN_SOURCE,
  workPool,
}: {
  source: FlowSource | undefined;
  workPool: string;
}): string => `# What \`prefect deploy --all\` makes of this folder. https://docs.prefect.io/v3/how-to-guides/deployments/prefect-yaml

# Every flow run begins in an empty Fargate task and clones this repository, so a flow is changed by pushing it.
# A private repository needs a token: access_token: "{{ prefect.blocks.secret.github-token }}"
pull:
  - prefect.deployments.steps.git_clone:
      repository: ${JSON.stringify(source.repository)}
      branch: ${JSON.stringify(source.branch)}

deployments:
  - name: hello
    entrypoint: ${FLOW_FILE}:hello
    work_pool:
      name: ${JSON.stringify(workPool)}
    # schedules:
    #   - cron: "0 6 * * *"
    #     timezone: UTC
`;
