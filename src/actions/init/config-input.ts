import { resolveConfig } from "#config/resolve-config.ts";
import type { Config, ConfigInput } from "#config/schema.ts";
import type { InitAnswers, NetworkAnswer } from "./answers.ts";

/**
 * The config that the answers come to.
 *
 * @throws CONFIG_INVALID naming each answer that is none
 */
export const configOf = (answers: InitAnswers): Config =>
  resolveConfig(configInput(answers), "the answers", {});

function configInput({ prefect, region, network, workPool, workerName }: InitAnswers): ConfigInput {
  const { version, apiUrl, accountId, workspaceId } = prefect;
  return {
    region,
    prefect: { version, apiUrl, accountId, workspaceId },
    network: networkInput(network),
    workers: { [workerName]: { workPool } },
  };
}

function networkInput(network: NetworkAnswer): ConfigInput["network"] {
  if (network.kind === "new") return { kind: "new", availabilityZones: network.zones };
  if (network.kind === "default") return { kind: "existing", assignPublicIp: true };
  return { kind: "existing", vpcId: network.vpcId };
}
