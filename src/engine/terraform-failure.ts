import { join } from "node:path";
import { PrefectFargateError, type PrefectFargateErrorOptions } from "#errors";
import type { Diagnostic } from "./events.ts";
import { noSpace, notWritable } from "./file-problem.ts";
import { type TerraformBinary, typedName } from "./find-terraform.ts";
import type { TerraformResult } from "./run-terraform.ts";
import { readStateLock, stateLocked } from "./state-lock.ts";

/** Where it failed, to be named in what people are told to type. */
export interface FailedRun {
  readonly terraform: TerraformBinary;
  readonly dir: string;
  readonly result: TerraformResult;
}

interface KnownFailure {
  readonly matches: RegExp;
  readonly code: string;
  readonly message: (reason: string) => string;
  readonly hint: (run: FailedRun) => string;
  readonly source?: PrefectFargateErrorOptions["source"];
}

/** Said of an apply that ends because another resource failed, or because it was interrupted. */
const CONSEQUENCES = new Set(["execution halted", "operation canceled"]);

/** What Terraform and the provider say, and what helps. The first match counts. */
const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    matches: /S3 bucket "[^"]*" does not exist/,
    code: "STATE_BUCKET_MISSING",
    message: (reason) =>
      `The bucket that the state is kept in, ${/bucket "([^"]*)"/.exec(reason)?.[1] ?? "by the config"}, does not exist.`,
    hint: () => "prefect-fargate bootstrap makes it; or correct state.bucket in the config.",
  },
  {
    matches: /requested bucket from "[^"]*", actual location "[^"]*"/,
    code: "STATE_BUCKET_ELSEWHERE",
    message: () => "The bucket that the state is kept in lies in another region.",
    hint: () => "Set state.region in the config to the bucket's region.",
  },
  {
    matches:
      /(existing workspaces|refresh state|load state|state data in S3)[\s\S]*(AccessDenied|Forbidden|StatusCode: 403)/i,
    code: "STATE_BUCKET_DENIED",
    message: () => "With these AWS credentials the bucket that the state is kept in cannot be read.",
    hint: () =>
      "Use the account that the bucket is in (AWS_PROFILE), or ask for s3:ListBucket on it and s3:GetObject, s3:PutObject and s3:DeleteObject on the state and its lock.",
  },
  {
    matches: /backend (configuration changed|initialization required)|approval for state migration/i,
    code: "STATE_MOVED",
    message: () => "The state is kept elsewhere than these Terraform files say.",
    hint: () => "prefect-fargate bootstrap moves it to where the config says.",
  },
  {
    matches: /saved plan is stale/i,
    code: "PLAN_STALE",
    message: () => "The plan is out of date: the state changed after it was made.",
    hint: () => "Run this again; it makes a new plan first.",
    source: "environment",
  },
  {
    // "cached package … does not match any of the checksums", "locked provider … does not match configured version"
    matches:
      /checksums? (previously )?recorded|recorded in the (dependency )?lock file|locked provider|dependency lock file/i,
    code: "LOCK_FILE_MISMATCH",
    message: (reason) => `The provider does not fit the lock file .terraform.lock.hcl: ${reason}`,
    hint: ({ terraform, dir }) =>
      `If the other provider is wanted, run \`${typedName(terraform)} -chdir=${dir} init -upgrade\`; if the same version is meant for ` +
      `another platform, run \`${typedName(terraform)} -chdir=${dir} providers lock -platform=linux_amd64 -platform=darwin_arm64\`.`,
  },
  {
    matches: /failed to query available provider packages|failed to install provider/i,
    code: "PROVIDER_UNAVAILABLE",
    message: (reason) => `The provider could not be had: ${reason}`,
    hint: ({ terraform }) =>
      `Check the way to the registry (HTTPS_PROXY?), or make a mirror with \`${typedName(terraform)} providers mirror DIR\` where there is one.`,
    source: "environment",
  },
  {
    matches: /no valid credential sources? found|failed to refresh cached credentials, no EC2 IMDS role/i,
    code: "AWS_CREDENTIALS_MISSING",
    message: () =>
      "There are no AWS credentials: neither in the environment, nor in ~/.aws, nor from this machine's role.",
    hint: () => "Run `aws configure sso` or `aws login`, or set AWS_PROFILE.",
  },
  {
    matches:
      /ExpiredToken|RequestExpired|token (included in the request )?(has|is) expired|SSO session.*(expired|invalid)|InvalidGrantException/i,
    code: "AWS_CREDENTIALS_EXPIRED",
    message: () => "The AWS credentials have expired.",
    hint: () => "Run `aws sso login` (with the --profile you use), then this again.",
  },
];

const NO_SPACE = /no space left on device|file too large|disk quota exceeded/i;
const NOT_WRITABLE =
  /\b(open|mkdir|create|write|rename|remove|unlink|chmod)\b.*: (permission denied|operation not permitted|read-only file system)/i;

/**
 * Turns a failed run into an error for people: the reason first, then what to type; the exact command, what else went
 * wrong and the end of stderr as details. Secrets are gone from the result already.
 */
export function terraformFailure(run: FailedRun): PrefectFargateError {
  const { terraform, dir, result } = run;
  const [first, ...others] = relevant(result.errors);
  const all = first === undefined ? result.lastWords.join("\n") : `${first.summary}\n${first.detail}`;
  const details = [
    `command: ${result.command} (${result.ending})`,
    ...others.map((error) => `also: ${sentence(error)}`),
    ...result.lastWords,
  ];
  const lock = readStateLock(all);
  if (lock !== undefined) return stateLocked(lock, { terraform, dir, details });
  if (NO_SPACE.test(all)) return noSpace(dir, undefined, [all.trim(), ...details]);
  if (NOT_WRITABLE.test(all)) return notWritable(dir, undefined, [all.trim(), ...details]);

  const signal = /^signal (SIG\w+)$/.exec(result.ending)?.[1];
  if (signal !== undefined && first === undefined) return killed(signal, details);
  const reason = first === undefined ? lastWord(result) : sentence(first);
  const known = KNOWN_FAILURES.find(({ matches }) => matches.test(all));
  if (known !== undefined) {
    return new PrefectFargateError(known.code, known.message(reason), {
      source: known.source ?? "user",
      hint: known.hint(run),
      details: [...(known.message(reason).includes(reason) ? [] : [`reason: ${reason}`]), ...details],
    });
  }
  return new PrefectFargateError("TERRAFORM_FAILED", reason, {
    source: "environment",
    details,
    hint:
      first !== undefined && first.address === undefined && first.where !== undefined
        ? `Correct ${join(dir, first.where)}.`
        : "Mend the cause and run this again: it goes on from what the state has.",
  });
}

const killed = (signal: string, details: readonly string[]): PrefectFargateError =>
  new PrefectFargateError(
    "TERRAFORM_KILLED",
    `Terraform was ended by ${signal}: by somebody, or by the system for want of memory.`,
    {
      source: "environment",
      details,
      hint: "Run this again: it takes over what exists on AWS already and goes on from there.",
    },
  );

/** Terraform says in these words that `init` has to run first. */
export function wantsInit({ errors }: TerraformResult): boolean {
  return errors.some(({ summary, detail }) => /\b(terraform|tofu) init\b/.test(`${summary}\n${detail}`));
}

function relevant(errors: readonly Diagnostic[]): readonly Diagnostic[] {
  const causes = errors.filter(({ summary }) => !CONSEQUENCES.has(summary));
  const seen = new Set<string>();
  return causes.filter((error) => {
    const known = seen.has(sentence(error));
    seen.add(sentence(error));
    return !known;
  });
}

/** `aws_ecs_cluster.this: creating ECS Cluster: … (main.tf:12)` */
function sentence({ address, where, summary, detail }: Diagnostic): string {
  const subject = address === undefined ? "" : `${address}: `;
  const place = address === undefined && where !== undefined ? ` (${where})` : "";
  const because =
    detail.trim() === "" ? "" : `${/[.:!?]$/.test(summary) ? "" : "."} ${firstParagraph(detail)}`;
  return `${subject}${summary}${because}${place}`;
}

const firstParagraph = (detail: string): string =>
  detail
    .trim()
    .split(/\n\s*\n/)[0]!
    .replaceAll(/\s*\n\s*/g, " ");

function lastWord({ lastWords, ending }: TerraformResult): string {
  const said = lastWords.at(-1);
  return said === undefined
    ? `Terraform ended with ${ending} and said nothing.`
    : `Terraform ended with ${ending}: ${said}`;
}
