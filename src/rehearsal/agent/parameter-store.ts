import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { RenewingSession } from "./role-session.ts";
import { secretNotRetrieved } from "./stop-reasons.ts";

export interface ParameterStoreOptions {
  readonly endpointUrl: string;
  readonly region: string;
  readonly session: RenewingSession;
}

interface GetParametersAnswer {
  readonly Parameters?: readonly { readonly Name: string; readonly Value: string }[];
  readonly InvalidParameters?: readonly string[];
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html */
const TARGET = "AmazonSSM.GetParameters";

/**
 * The decrypted value of one SSM parameter. One call does not justify a client package of its own: the request is
 * written here and signed by the signer of the SDK client that the agent has anyway.
 * @throws TaskStartFailure in AWS's words
 */
export async function readParameter(name: string, options: ParameterStoreOptions): Promise<string> {
  const response = await getParameters([name], options).catch((error: unknown) => {
    throw secretNotRetrieved("ssm", error instanceof Error ? error.message : String(error));
  });
  const parameter = response.Parameters?.[0];
  if (!parameter) throw secretNotRetrieved("ssm", `invalid parameters: ${name}`);
  return parameter.Value;
}

async function getParameters(names: readonly string[], options: ParameterStoreOptions) {
  const url = new URL(options.endpointUrl);
  const client = new SecretsManagerClient({
    endpoint: options.endpointUrl,
    region: options.region,
    credentials: options.session.provider,
  });
  const signer = await client.config.signer({
    name: "sigv4",
    signingName: "ssm",
    signingRegion: options.region,
    properties: {},
  });
  const request = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    port: Number(url.port),
    path: "/",
    query: {},
    headers: { host: url.host, "content-type": "application/x-amz-json-1.1", "x-amz-target": TARGET },
    body: JSON.stringify({ Names: names, WithDecryption: true }),
  });
  client.destroy();
  const response = await fetch(url, { method: "POST", headers: request.headers, body: request.body });
  const answer = (await response.json()) as GetParametersAnswer & { __type?: string; message?: string };
  if (!response.ok) throw new Error(`${answer.__type?.split("#").at(-1)}: ${answer.message}`);
  return answer;
}
