import * as z from "zod";
import { secretArnRule } from "./arn.ts";
import { secretNameRule } from "./aws-names.ts";
import { complain, obeys, whenSound } from "./complaint.ts";
import { apiUrlRule, normaliseApiUrl, PREFECT_CLOUD_API_URL, uuidRule } from "./prefect-address.ts";

const DEFAULT_SECRET_NAME = "prefect-api-key";

const version = z
  .literal([2, 3])
  .default(2)
  .describe(
    "Major version of Prefect. It decides the images, the pinned integration, the job template and how crashed runs are noticed.",
  );

const uuid = z
  .string()
  .superRefine(obeys(uuidRule))
  .transform((text) => text.toLowerCase())
  .optional();

const apiKey = z
  .strictObject({
    secretName: z
      .string()
      .superRefine(obeys(secretNameRule))
      .optional()
      .meta({
        description: "Name of the Secrets Manager secret to create. AWS bills about $0.40 a month for it.",
        defaultInWords: `\`"${DEFAULT_SECRET_NAME}"\`, unless there is a \`secretArn\``,
      }),
    secretArn: z.string().superRefine(obeys(secretArnRule)).optional().meta({
      description:
        "ARN of a secret that exists. It is read, never changed, and must lie in the config's region.",
      defaultInWords: "none",
    }),
  })
  .superRefine(
    (key, context) => {
      const given = [key.secretName, key.secretArn].filter((field) => field !== undefined).length;
      if (given === 1) return;
      complain(context, {
        verdict: given === 0 ? "names no secret" : "names two secrets",
        works: "secretName creates a secret, secretArn uses one that exists.",
        remedy: "Give one of them",
      });
    },
    whenSound(["secretName"], ["secretArn"]),
  )
  .transform(({ secretName, secretArn }): { secretName: string } | { secretArn: string } =>
    secretArn === undefined ? { secretName: secretName ?? DEFAULT_SECRET_NAME } : { secretArn },
  )
  .prefault({ secretName: DEFAULT_SECRET_NAME })
  .meta({
    description:
      "Where tasks find the Prefect API key: in a secret that is created, or in one that exists. The key itself is never in a config.",
    minProperties: 1,
    maxProperties: 1,
  });

export const prefectSchema = z
  .strictObject({
    version,
    accountId: uuid.meta({
      description: "Prefect Cloud account: the first UUID in the address of your workspace.",
      defaultInWords: "none: a server you host",
    }),
    workspaceId: uuid.meta({
      description: "Prefect Cloud workspace: the second UUID in the address of your workspace.",
      defaultInWords: "none: a server you host",
    }),
    apiUrl: z
      .string()
      .superRefine(obeys(apiUrlRule))
      .transform(normaliseApiUrl)
      .prefault(PREFECT_CLOUD_API_URL)
      .describe(
        "Prefect's API. With an account and a workspace the workspace's path is appended; without them it is the API of a server you host.",
      ),
    apiKey,
  })
  .superRefine(
    (prefect, context) => {
      const { accountId, workspaceId } = prefect;
      if ((accountId === undefined) === (workspaceId === undefined)) return;
      const missing = accountId === undefined ? "accountId" : "workspaceId";
      complain(
        context,
        {
          verdict: "is missing",
          works: "Prefect Cloud needs accountId and workspaceId; a server you host has neither.",
          remedy: `Add ${missing} from the address of your workspace`,
        },
        [missing],
      );
    },
    whenSound(["accountId"], ["workspaceId"]),
  )
  .prefault({})
  .describe("The Prefect side: its version, where its API is, and the key to it.");
