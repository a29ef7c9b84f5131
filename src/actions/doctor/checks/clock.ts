import { partitionOf } from "#config/region.ts";
import { type Check, type Finding, ok, problem, skipped, warning } from "../check.ts";

/** AWS refuses signatures that are further off. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const REFUSED_SECONDS = 300;
/** Waits and comparisons of ours begin to mislead. */
const NOTICEABLE_SECONDS = 30;
const TIMEOUT_MS = 10_000;

/** This machine's clock against AWS's, as its answers tell the time. */
export const clockCheck: Check = {
  name: "clock",
  async run({ config: { region }, env, signal }) {
    const suffix = partitionOf(region) === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
    const url = env.AWS_ENDPOINT_URL || `https://sts.${region}.${suffix}`;
    const limit = AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]);
    const sentMs = Date.now();
    const answer = await fetch(url, { method: "HEAD", redirect: "manual", signal: limit }).catch(
      () => undefined,
    );
    const date = answer?.headers.get("date");
    if (!date) return skipped("AWS's time cannot be read.");
    return judgeClock((sentMs + Date.now()) / 2 - Date.parse(date));
  },
};

/** @param aheadMs how far this machine's clock is ahead; a `Date` header has whole seconds */
export function judgeClock(aheadMs: number): Finding {
  const seconds = Math.abs(Math.round(aheadMs / 1000));
  const off = `This machine's clock is ${seconds} s ${aheadMs > 0 ? "ahead" : "behind"}`;
  const fix = "Set it: timedatectl set-ntp true (Linux), sudo sntp -sS time.apple.com (macOS)";
  if (seconds >= REFUSED_SECONDS) return problem(`${off}: AWS refuses what it signs.`, fix);
  if (seconds >= NOTICEABLE_SECONDS)
    return warning(`${off}; from ${REFUSED_SECONDS} s on AWS refuses what it signs.`, fix);
  return ok("This machine's clock agrees with AWS's.");
}
