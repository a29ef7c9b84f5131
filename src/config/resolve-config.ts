import { PrefectFargateError } from "#errors";
import { describeProblems, type Problem } from "./problems.ts";
import { type Config, configSchema } from "./schema.ts";
import { count } from "./words.ts";

/** A config that cannot be used, with everything that is wrong with it. */
export class ConfigInvalidError extends PrefectFargateError {
  readonly problems: readonly Problem[];

  constructor(where: string, problems: readonly Problem[]) {
    const [first] = problems;
    const single = problems.length === 1 && first !== undefined;
    super("CONFIG_INVALID", single ? first.sentence : `${where} has ${count(problems.length, "problem")}.`, {
      details: single ? oneInDetail(first) : problems.flatMap(inList),
      hint: single
        ? `${first.fix ?? `Correct ${first.path || "it"}`} in ${where}`
        : `Correct them in ${where}, then run prefect-fargate validate`,
    });
    this.problems = problems;
  }
}

/**
 * Checks what a config says and fills every default, or throws `CONFIG_INVALID` with all of its problems at once.
 *
 * @param where what messages call the config: usually the file's name
 * @param env gives the region when the config names none
 */
export function resolveConfig(
  input: unknown,
  where = "the config",
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Config {
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  const regionOfEnv = isPlainObject(input) && input.region === undefined && region !== undefined;
  const complete = regionOfEnv ? { ...input, region } : input;
  const result = configSchema.safeParse(complete);
  if (result.success) return result.data;
  const problems = describeProblems(result.error.issues, complete);
  throw new ConfigInvalidError(where, regionOfEnv ? problems.map(blameEnvironment) : problems);
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function oneInDetail({ path, works, sentence }: Problem): string[] {
  const place = path === "" || sentence.startsWith(`${path} `) ? [] : [`It stands at ${path}.`];
  return [...(works ? [works] : []), ...place];
}

const inList = ({ path, sentence, works, fix }: Problem): string[] => [
  path || "the whole",
  `  ${[sentence, works].filter(Boolean).join(" ")}`,
  ...(fix ? [`  → ${fix}`] : []),
];

/** The config names no region, so a problem with it lies in the environment of the command. */
const blameEnvironment = (problem: Problem): Problem =>
  problem.path === "region"
    ? {
        ...problem,
        sentence: problem.sentence.replace(/^region/, "AWS_REGION"),
        fix: "Set region, or change AWS_REGION",
      }
    : problem;
