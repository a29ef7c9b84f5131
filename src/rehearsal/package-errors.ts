import { constants } from "node:os";
import type { Result } from "execa";
import { PrefectFargateError } from "#errors";

/** How many lines of uv's or pip's own words are shown. */
const EVIDENCE_LINES = 12;

interface Diagnosis {
  readonly code: string;
  readonly says: RegExp;
  readonly message: string;
  readonly hint: string;
}

const DIAGNOSES: readonly Diagnosis[] = [
  {
    code: "NO_SPACE_LEFT",
    says: /no space left|disk quota exceeded|file too large|os error (28|122|27)\b/i,
    message: "there is no space left for the Python packages (about 500 MB)",
    hint: "Free some space, or set PREFECT_FARGATE_CACHE_DIR to a folder on another disk.",
  },
  {
    code: "CACHE_NOT_WRITABLE",
    says: /permission denied|read-only file system|failed to initialize cache|os error (13|30)\b/i,
    message: "the cache folder cannot be written",
    hint: "Set PREFECT_FARGATE_CACHE_DIR to a folder of yours.",
  },
  {
    code: "PYTHON_PACKAGE_CHANGED",
    says: /hash mismatch|do not match the hashes|hashes? (?:is|are) required/i,
    message: "a package differs from the one this release was tested with, so it was not installed",
    hint: "Check what serves your Python packages (pip config list, UV_DEFAULT_INDEX): a mirror may have rebuilt the file.",
  },
  {
    code: "CERTIFICATE_NOT_TRUSTED",
    says: /certificate|CERTIFICATE_VERIFY_FAILED|UnknownIssuer/i,
    message: "the package index shows a certificate that is not trusted",
    hint: "Name your company's certificate authority: export SSL_CERT_FILE=/path/to/ca.pem",
  },
  {
    code: "PACKAGE_INDEX_UNREACHABLE",
    says: /failed to fetch|error sending request|dns error|could not connect|connection (?:refused|reset)|timed out|network was disabled|newconnectionerror|temporary failure in name resolution|max retries exceeded|from versions: none/i,
    message: "the Python package index cannot be reached",
    hint: "Check the network (HTTPS_PROXY is honoured), or name your company's index: export UV_DEFAULT_INDEX=https://…/simple",
  },
  {
    code: "PYTHON_PACKAGE_UNKNOWN",
    says: /no solution found|no matching distribution|could not find a version|failed to parse|invalid requirement/i,
    message: "no set of packages fits what was asked for",
    hint: "Check the names and versions in extraPipPackages.",
  },
  {
    code: "PYTHON_VENV_MISSING",
    says: /ensurepip|no module named ['"]?(?:venv|pip)/i,
    message: "this Python cannot make virtual environments",
    hint: "Install its venv part (apt install python3-venv), or uv (https://docs.astral.sh/uv).",
  },
];

/** Turns what uv or pip said when it failed into one sentence; `what` names the thing that was being installed. */
export function packageError(what: string, run: Result): PrefectFargateError {
  const words = `${run.stderr ?? ""}\n${run.stdout ?? ""}`.trim();
  const diagnosis =
    run.signal === "SIGXFSZ" || run.exitCode === 128 + constants.signals.SIGXFSZ
      ? DIAGNOSES[0]
      : DIAGNOSES.find(({ says }) => says.test(words));
  return new PrefectFargateError(
    diagnosis?.code ?? "PYTHON_PACKAGES_FAILED",
    `${what} could not be installed: ${diagnosis?.message ?? run.shortMessage}.`,
    {
      source: diagnosis?.code === "PYTHON_PACKAGE_UNKNOWN" ? "user" : "environment",
      hint: diagnosis?.hint ?? `Run it by hand to see more: ${run.escapedCommand}`,
      details: words.split("\n").slice(-EVIDENCE_LINES),
      cause: run,
    },
  );
}

/** The same for what the file system refuses while a folder of the cache is made. */
export function cacheError(dir: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException)?.code;
  const known =
    code === "ENOSPC" || code === "EDQUOT" || code === "EFBIG"
      ? DIAGNOSES[0]
      : code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST"
        ? DIAGNOSES[1]
        : undefined;
  if (!known) return error;
  return new PrefectFargateError(known.code, `${dir} cannot be made: ${known.message}.`, {
    source: "environment",
    hint: known.hint,
    cause: error,
  });
}
