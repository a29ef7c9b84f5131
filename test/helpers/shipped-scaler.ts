import { readFile } from "node:fs/promises";
import { type CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { packagePath } from "#package";
import type { ScalerTask } from "#scaling/lambda/scaler-task.ts";

/** The emulator tells its services apart by the scope of the signature. */
const ROOT_OF_LAMBDA =
  "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0";
/** Just enough for one look. */
const TIMEOUT_SECONDS = 20;

/** What the module ships, as a function of the emulated Lambda. */
export async function shippedScaler({ url }: { readonly url: string }, logs: CloudWatchLogsClient) {
  const zip = await readFile(packagePath("modules", "scaler", "scaler.zip"));
  const call = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${url}/2015-03-31/functions${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: ROOT_OF_LAMBDA },
      body: JSON.stringify(body),
    });
    const said = await answer.text();
    if (!answer.ok) throw new Error(`Lambda answered ${answer.status}: ${said}`);
  };
  await call("", {
    FunctionName: "scaler",
    Runtime: "nodejs22.x",
    Role: "arn:aws:iam::000000000000:role/scaler",
    Handler: "index.handler",
    Code: { ZipFile: zip.toString("base64") },
    Timeout: TIMEOUT_SECONDS,
  });
  return {
    /** One look, and all that it and those before have said. */
    async look(task: ScalerTask): Promise<string> {
      await call("/scaler/invocations", task);
      const { events = [] } = await logs.send(
        new FilterLogEventsCommand({ logGroupName: "/aws/lambda/scaler" }),
      );
      return events.map(({ message }) => message).join("\n");
    },
  };
}
