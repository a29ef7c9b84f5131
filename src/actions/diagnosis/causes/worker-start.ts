import type { Evidence } from "../evidence.ts";
import type { Finding, Recognizer } from "../finding.ts";
import { findInLogs } from "../sayings.ts";

/** A row that one sentence in the worker's log decides. The sentences are Prefect's own, seen with 2.20 and 3.8. */
const byLog = (
  cause: string,
  source: string,
  pattern: RegExp,
  tell: (evidence: Evidence, match: RegExpExecArray) => Pick<Finding, "sentence" | "remedy">,
): Recognizer => ({
  cause,
  source,
  recognize(evidence) {
    const found = findInLogs(evidence, pattern);
    return (
      found && {
        certainty: "certain",
        ...tell(evidence, found.match),
        evidence: [found.quote],
        age: found.age,
      }
    );
  },
});

/** `PrefectHTTPStatusError: Client error '401 Unauthorized' for url '…'`, from Prefect's client alone. */
const answered = (status: string, url: string): RegExp =>
  new RegExp(`PrefectHTTPStatusError: Client error '${status}[^']*' for url '(${url})'`);

export const workerStartCauses: readonly Recognizer[] = [
  byLog(
    "key-refused",
    "https://docs.prefect.io/v3/how-to-guides/cloud/manage-users/api-keys",
    answered("401", "[^']+"),
    ({ definition }) => {
      if (definition?.secretVariable === "")
        return {
          sentence: "Prefect asks the worker who it is, and the config gives it nothing to say.",
          remedy:
            'Set prefect: { auth: "basic" }, or "key", in prefect-fargate.config.ts, then: prefect-fargate deploy',
        };
      const basic = definition?.secretVariable === "PREFECT_API_AUTH_STRING";
      return {
        sentence: `Prefect refuses the ${basic ? "user name and password" : "API key"} that ${basic ? "are" : "is"} in ${definition?.secretArn || "its secret"}.`,
        remedy: `Put ${basic ? "the server's PREFECT_SERVER_API_AUTH_STRING" : "a valid key"} there: prefect-fargate rotate-key`,
      };
    },
  ),
  byLog(
    "workspace-unknown",
    "https://docs.prefect.io/v3/how-to-guides/cloud/workspaces",
    answered("40[34]", "[^']*/accounts/(?![^']*/collections/)[^']+"),
    (_evidence, [, url = ""]) => {
      const [, account, workspace] = /\/accounts\/([^/]+)\/workspaces\/([^/]+)/.exec(url) ?? [];
      return {
        sentence: `its key does not open workspace ${workspace} of account ${account}.`,
        remedy:
          "Correct prefect.accountId and prefect.workspaceId in prefect-fargate.config.ts, which stand in the address of your workspace",
      };
    },
  ),
  byLog(
    "integration-missing",
    "https://docs.prefect.io/integrations/prefect-aws",
    // A type that nothing installed knows is looked up in Prefect's catalogue of types, where there is one.
    /Unable to start worker\. Please ensure you have the necessary dependencies installed|Client error '404[^']*' for url '[^']*\/collections\/work_pool_types'/,
    ({ definition }) => ({
      sentence: `its image ${definition?.image ?? ""} has no prefect-aws, and ${definition?.extraPipPackages ? `EXTRA_PIP_PACKAGES (${definition.extraPipPackages}) does not install it` : "nothing installs it"}.`,
      remedy:
        "Take extraPipPackages out of prefect-fargate.config.ts, which gives the pinned integration, or use an image that has it",
    }),
  ),
  byLog(
    "packages-not-installed",
    "https://docs.prefect.io/v3/how-to-guides/self-hosted/docker",
    /EXTRA_PIP_PACKAGES \([^)]*\) cannot be installed: .{0,200}|No matching distribution found for \S+|Could not find a version that satisfies the requirement \S+|No solution found when resolving dependencies.{0,200}|ResolutionImpossible/,
    ({ definition }) => ({
      sentence: `the packages that its image installs at the start cannot be installed: ${definition?.extraPipPackages || "EXTRA_PIP_PACKAGES"}.`,
      remedy:
        `Correct extraPipPackages in prefect-fargate.config.ts, and try it: pip install --dry-run ${definition?.extraPipPackages ?? ""}`.trim(),
    }),
  ),
  byLog(
    "versions-differ",
    "https://docs.prefect.io/v3/how-to-guides/migrate/upgrade-to-prefect-3",
    /Found incompatible versions: client: (\S+?); server: (\S+?)\. Major versions must match/,
    (_evidence, [, client, server]) => ({
      sentence: `the worker's Prefect ${client} does not talk to a server of Prefect ${server}.`,
      remedy: `Set prefect: { version: ${server?.startsWith("2") ? 2 : 3} } in prefect-fargate.config.ts`,
    }),
  ),
  byLog(
    "certificate-not-trusted",
    "https://docs.prefect.io/v3/api-ref/settings-ref",
    /CERTIFICATE_VERIFY_FAILED[^()]{0,120}/,
    ({ definition }) => ({
      sentence: `it does not trust the certificate of ${definition?.apiUrl ?? "the Prefect API"}.`,
      remedy:
        'Give the authority that signed it: prefect: { caCertificates: readFileSync("ca.pem", "utf8") } in prefect-fargate.config.ts',
    }),
  ),
];
