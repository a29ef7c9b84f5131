import { z } from "zod";

export const PREFECT_CLOUD_API_URL = "https://api.prefect.cloud/api";
export const DEFAULT_SECRET_NAME = "prefect-api-key";

const version = z
  .literal([2, 3])
  .default(2)
  .describe(
    "Major version of Prefect. It decides the image, the pinned integration, the job template and how crashed runs are noticed.",
  );

const apiKey = z
  .strictObject({
    secretName: z
      .string()
      .optional()
      .describe("Name of the Secrets Manager secret to create. AWS bills about $0.40 a month for it."),
    secretArn: z.string().optional().describe("ARN of a secret you already have; it is read, never changed."),
  })
  .transform((key): { secretName: string } | { secretArn: string } =>
    key.secretArn === undefined ? { secretName: key.secretName! } : { secretArn: key.secretArn },
  )
  .prefault({ secretName: DEFAULT_SECRET_NAME })
  .describe("Where tasks find the Prefect API key: in a secret that is created, or in one that exists.");

export const prefectSchema = z
  .strictObject({
    version,
    accountId: z
      .string()
      .optional()
      .describe("Prefect Cloud account: the first UUID in the address of your workspace."),
    workspaceId: z
      .string()
      .optional()
      .describe("Prefect Cloud workspace: the second UUID in the address of your workspace."),
    apiUrl: z
      .string()
      .default(PREFECT_CLOUD_API_URL)
      .describe("Prefect's API. Without an account and a workspace it is the API of a server you host."),
    apiKey,
  })
  .prefault({})
  .describe("The Prefect side: version, where its API is, and the key to it.");
