import { PrefectFargateError } from "#errors";
import type { Reporter } from "#reporter";
import { type Check, type Finding, type FindingStatus, problemOf } from "./doctor/check.ts";
import { checks } from "./doctor/checks/index.ts";
import { type DoctorContext, type DoctorOptions, openDoctorContext } from "./doctor/context.ts";

/** A check that waits longer than this is given up: the rest of the page is worth more. */
const TIMEOUT_SECONDS = 30;

export interface DoctorLine extends Finding {
  /** The check's name. */
  readonly check: string;
}

export interface DoctorReport {
  readonly lines: readonly DoctorLine[];
  readonly counts: Readonly<Record<FindingStatus, number>>;
}

/** Looks at everything that a deploy needs, at the same time, and creates nothing. */
export async function doctor(options: DoctorOptions, reporter: Reporter): Promise<DoctorReport> {
  const context = openDoctorContext(options);
  try {
    const lines = await reporter.stage("Look at what a deploy needs", async (stage) => {
      const open = new Set(checks.map(({ name }) => name));
      const runs = checks.map(async (check) => {
        const found = await run(check, context);
        open.delete(check.name);
        if (open.size > 0) stage.update(`still looking at: ${[...open].join(", ")}`);
        return found;
      });
      return (await Promise.all(runs)).flat();
    });
    options.signal?.throwIfAborted();
    const count = (wanted: FindingStatus) => lines.filter(({ status }) => status === wanted).length;
    return {
      lines,
      counts: {
        ok: count("ok"),
        warning: count("warning"),
        problem: count("problem"),
        skipped: count("skipped"),
      },
    };
  } finally {
    context.close();
  }
}

async function run(check: Check, context: DoctorContext): Promise<DoctorLine[]> {
  const timeout = Promise.withResolvers<Finding>();
  const timer = setTimeout(
    () => timeout.resolve({ status: "skipped", message: `No answer within ${TIMEOUT_SECONDS} s.` }),
    TIMEOUT_SECONDS * 1000,
  );
  try {
    const found = await Promise.race([check.run(context), timeout.promise]);
    const findings = found === undefined ? [] : [found].flat();
    return findings.map((finding) => ({ check: check.name, ...finding }));
  } catch (error) {
    if (!(error instanceof PrefectFargateError)) throw error;
    return [{ check: check.name, ...problemOf(error) }];
  } finally {
    clearTimeout(timer);
  }
}
