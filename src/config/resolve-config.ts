import { PrefectFargateError } from "#errors";
import { describeProblems, type Problem } from "./problems.ts";
import { type Config, configSchema } from "./schema.ts";
import { count } from "./words.ts";

/** A config that cannot be used, with everything that is wrong with it. */
export class ConfigInvalidError extends PrefectFargateError {
  /** The same, field by field, for programs. */
  readonly problems: readonly Omit<Problem, "isEdit">[];

  constructor(where: string, problems: readonly Problem[]) {
    const [first] = problems;
    if (problems.length === 1 && first !== undefined)
      super("CONFIG_INVALID", first.sentence, {
        details: detailsOf(first, where),
        hint: hintOf(first, where),
      });
    else
      super("CONFIG_INVALID", `${where} has ${count(problems.length, "problem")}.`, {
        details: problems.flatMap(inList),
        hint: `Correct them in ${where}, then run prefect-fargate validate`,
      });
    this.problems = problems.map(({ isEdit: _, ...problem }) => problem);
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
  const variable = REGION_VARIABLES.find((name) => env[name]);
  const regionOfEnv = isPlainObject(input) && input.region === undefined ? variable : undefined;
  const complete = regionOfEnv ? { ...(input as object), region: env[regionOfEnv] } : input;
  // One config is checked per run: compiling the schema to code first would take longer than it saves.
  const result = configSchema.safeParse(complete, { jitless: true });
  if (result.success) return result.data;
  const problems = describeProblems(result.error.issues, complete);
  throw new ConfigInvalidError(
    where,
    problems.map((problem) => (regionOfEnv ? blame(regionOfEnv, problem) : problem)),
  );
}

/** As in AWS's own tools, the first wins. */
const REGION_VARIABLES = ["AWS_REGION", "AWS_DEFAULT_REGION"];

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The config names no region, so a problem with it lies in a variable of the environment. */
const blame = (variable: string, problem: Problem): Problem =>
  problem.path === "region"
    ? {
        ...problem,
        path: variable,
        sentence: problem.sentence.replace(/^region/, variable),
        fix: `Correct ${variable}, or set region`,
      }
    : problem;

function detailsOf({ path, works, sentence, isEdit, fix }: Problem, where: string): string[] {
  const file = isEdit || fix === undefined ? "" : ` in ${where}`;
  const obvious = path === "" || (sentence.startsWith(`${path} `) && file === "");
  return [...(works ? [works] : []), ...(obvious ? [] : [`It stands at ${path}${file}.`])];
}

function hintOf({ path, fix, isEdit }: Problem, where: string): string {
  if (fix === undefined) return `Correct ${path || "it"} in ${where}`;
  return isEdit ? `${fix} in ${where}` : fix;
}

const inList = ({ path, sentence, works, fix }: Problem): string[] => [
  path || "the whole",
  `  ${[sentence, works].filter(Boolean).join(" ")}`,
  ...(fix ? [`  → ${fix}`] : []),
];
