import * as z from "zod";
import { secretArnRule } from "./arn.ts";
import { secretNameRule } from "./aws-names.ts";
import { certificatesRule } from "./certificates.ts";
import { type Complaint, complain, obeys, whenSound } from "./complaint.ts";
import {
  apiUrlRule,
  isPrefectCloud,
  normaliseApiUrl,
  PREFECT_CLOUD_API_URL,
  uuidRule,
} from "./prefect-address.ts";

const DEFAULT_SECRET_NAME = "prefect-api-key";

/** How a client says who it is: a key, a user name and password, or not at all. */
export type PrefectAuth = "key" | "basic" | "none";

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
  .optional()
  .meta({
    description:
      'Where tasks find the Prefect API key, or with `auth: "basic"` user name and password: in a secret that is created, or in one that exists. The key itself is never in a config.',
    defaultInWords: `\`{ secretName: "${DEFAULT_SECRET_NAME}" }\`; none where \`auth\` is \`"none"\``,
    minProperties: 1,
    maxProperties: 1,
  });

const auth = z.enum(["key", "basic", "none"]).optional().meta({
  description:
    'How workers, flow runs and this tool say who they are: by an API key (`PREFECT_API_KEY`); `"basic"`, by the `user:password` that a server you host was given as PREFECT_SERVER_API_AUTH_STRING (`PREFECT_API_AUTH_STRING`, Prefect 3 alone); or not at all.',
  defaultInWords: '`"key"` with Prefect Cloud or where an `apiKey` is given, else `"none"`',
});

const caCertificates = z.string().superRefine(obeys(certificatesRule)).optional().meta({
  description:
    'Certificates (PEM) of the authority that signed the certificate of the server you host, where it is no public one: `readFileSync("ca.pem", "utf8")`. Worker, flow runs and this tool trust it for Prefect\'s API, and for nothing else.',
  defaultInWords: "none: public authorities are trusted",
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
    auth,
    apiKey,
    caCertificates,
  })
  .superRefine(
    (prefect, context) => {
      for (const [field, complaint] of Object.entries(contradictions(prefect)))
        if (complaint) complain(context, complaint, [field]);
    },
    whenSound(["version"], ["accountId"], ["apiUrl"], ["auth"], ["caCertificates"]),
  )
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

interface Written {
  readonly version: 2 | 3;
  readonly accountId?: string | undefined;
  readonly apiUrl: string;
  readonly auth?: PrefectAuth | undefined;
  readonly apiKey?: { secretName: string } | { secretArn: string } | undefined;
  readonly caCertificates?: string | undefined;
}

/** What follows from the other fields where it is not written. */
export function fillPrefect<P extends Written>(prefect: P) {
  const { accountId, apiUrl, apiKey } = prefect;
  const needsKey = accountId !== undefined || isPrefectCloud(apiUrl) || apiKey !== undefined;
  const auth: PrefectAuth = prefect.auth ?? (needsKey ? "key" : "none");
  return {
    ...prefect,
    auth,
    apiKey: auth === "none" ? undefined : (apiKey ?? { secretName: DEFAULT_SECRET_NAME }),
  };
}

/** Fields that do not fit what stands beside them. */
function contradictions(prefect: Written): Record<string, Complaint | undefined> {
  const { version, accountId, apiUrl, auth, apiKey, caCertificates } = prefect;
  const isCloud = accountId !== undefined || isPrefectCloud(apiUrl);
  return {
    auth:
      auth === "basic" && isCloud
        ? {
            verdict: "is for a server you host: Prefect Cloud takes an API key",
            remedy: "Leave auth out",
          }
        : auth === "basic" && version === 2
          ? {
              // prefect/client/orchestration.py of 2.20 sends a key or nothing, and its server asks for nothing.
              verdict:
                "needs Prefect 3: neither servers nor clients of Prefect 2 know user name and password",
              remedy:
                'Set version: 3, or let a proxy in front of the server ask for a key and set auth: "key"',
            }
          : auth === "none" && isCloud
            ? {
                verdict: "does not do for Prefect Cloud, which asks for an API key",
                remedy: "Leave auth out",
              }
            : undefined,
    apiKey:
      auth === "none" && apiKey !== undefined
        ? {
            verdict: 'has no use with auth: "none", which sends no key',
            remedy: "Leave one of the two out",
          }
        : undefined,
    caCertificates:
      caCertificates !== undefined && isCloud
        ? {
            verdict: "is for a server you host: a public authority signs Prefect Cloud's",
            remedy: "Leave it out",
          }
        : caCertificates !== undefined && apiUrl.startsWith("http:")
          ? {
              verdict: `has no use with ${apiUrl}, which has no certificate`,
              remedy: "Leave it out, or set apiUrl to the https address",
            }
          : undefined,
  };
}
