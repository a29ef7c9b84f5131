import { openSystem } from "#actions/open-system.ts";
import { readKeyInUse } from "#actions/rotate-key/key-in-use.ts";
import { type IntendedRotation, type RotatedKey, rotateKey } from "#actions/rotate-key.ts";
import type { Surroundings } from "#actions/surroundings.ts";
import { secretArnOf } from "#actions/system.ts";
import { CREDENTIALS_VARIABLE, prefectApiKey, userSurroundings } from "#actions/user-surroundings.ts";
import { openWorkplace } from "#actions/workplace.ts";
import { loadConfig } from "#config/load-config.ts";
import { count } from "#config/words.ts";
import { PrefectFargateError } from "#errors";
import type { CommandContext, Handler } from "../command-spec.ts";
import type { RotateKeyCommandOptions } from "../commands/rotate-key.ts";
import { nobodyToAsk } from "../nobody-to-ask.ts";

/** Where the new key may stand; PREFECT_API_KEY (PREFECT_API_AUTH_STRING) remains what the shell's other commands use. */
const NEW_KEY_VARIABLES = { key: "PREFECT_NEW_API_KEY", basic: "PREFECT_NEW_API_AUTH_STRING" } as const;
const MAKE_ONE = {
  key: "Make one at https://app.prefect.cloud/my/api-keys",
  basic: "It is the server's PREFECT_SERVER_API_AUTH_STRING, user:password",
} as const;
const QUESTIONS = {
  key: "The new API key, from https://app.prefect.cloud/my/api-keys",
  basic: "The server's new PREFECT_SERVER_API_AUTH_STRING, user:password",
} as const;
type Auth = keyof typeof NEW_KEY_VARIABLES;

export const runRotateKey: Handler<RotateKeyCommandOptions> = async (options, context) => {
  const { cwd, env, reporter, signal, print, printJson } = context;
  const { config, file: configFile } = await loadConfig({
    cwd,
    file: options.config,
    env,
    environment: options.env,
  });
  // A system whose server asks for nothing has nothing to rotate.
  if (config.prefect.auth === "none") secretArnOf({});
  const auth: Auth = config.prefect.auth === "basic" ? "basic" : "key";
  const named = env[NEW_KEY_VARIABLES[auth]];
  const shellKey = await prefectApiKey(config, env).catch((error: unknown) => {
    if (error instanceof PrefectFargateError && /^(API_KEY|AUTH_STRING)_MISSING$/.test(error.code))
      return undefined;
    throw error;
  });
  const typed = named || shellKey || options.restartOnly ? undefined : await askForKey(auth, context);
  const surroundings = await userSurroundings({
    cwd,
    config,
    configFile,
    env: { ...env, [CREDENTIALS_VARIABLE[auth]]: named || typed || shellKey || "-" },
    reporter,
    signal,
  });
  const { system, keyInUse } = await readDeployed();
  const newKey = options.restartOnly
    ? undefined
    : (named ?? typed ?? (await otherThan(keyInUse, shellKey, auth, context)));
  const rotated = await rotateKey(
    {
      newKey,
      keyInUse,
      system,
      workplaceFor: (key, { interruptible }) =>
        openWorkplace(config, withKey(surroundings, key, interruptible), reporter),
      mayWriteExisting: options.writeExistingSecret ?? false,
      approve: (intended) => approval(intended, options, context),
      signal,
    },
    reporter,
  );
  if (options.json) return printJson(rotated);
  for (const line of summarize(rotated)) print(line);

  /** What is deployed, and the key that its tasks have. */
  async function readDeployed() {
    const open = await openSystem(config, { ...surroundings, apiKey: undefined }, reporter);
    try {
      return { system: open.system, keyInUse: await readKeyInUse(open.aws, open.system) };
    } finally {
      open.close();
    }
  }
};

const withKey = (
  { signal, ...rest }: Surroundings,
  apiKey: string,
  interruptible: boolean,
): Surroundings => ({
  ...rest,
  apiKey,
  ...(interruptible && signal ? { signal } : {}),
});

/** The shell's key, where it is another one than the secret's: whoever rotates has often logged in with it already. */
async function otherThan(
  keyInUse: string,
  shellKey: string | undefined,
  auth: Auth,
  context: CommandContext,
): Promise<string> {
  if (shellKey === undefined || shellKey === keyInUse) return askForKey(auth, context);
  const { questions } = context;
  const takes = questions
    ? await questions.confirm("This shell's Prefect key is not the one in the secret. Is it the new one?")
    : true;
  return takes ? shellKey : askForKey(auth, context);
}

async function askForKey(auth: Auth, { questions }: CommandContext): Promise<string> {
  const typed = await questions?.secret(QUESTIONS[auth]);
  if (typed?.trim()) return typed.trim();
  throw new PrefectFargateError(
    "NEW_KEY_MISSING",
    questions
      ? "Nothing was typed."
      : `There is no new key: ${NEW_KEY_VARIABLES[auth]} is not set, and this shell's own key is the one in the secret already.`,
    { hint: `${MAKE_ONE[auth]}, then: export ${NEW_KEY_VARIABLES[auth]}=…` },
  );
}

async function approval(
  { secretArn, writes, workers, services, flowRuns }: IntendedRotation,
  { yes, json }: RotateKeyCommandOptions,
  { questions, print }: CommandContext,
): Promise<boolean> {
  const names = [...workers, ...services].join(", ");
  if (!json) {
    print(writes ? `The key in ${secretArn} is replaced.` : `The key in ${secretArn} stays as it is.`);
    print(
      `Restarted: ${names}. ${count(flowRuns, "flow run")} under way ${flowRuns === 1 ? "goes" : "go"} on meanwhile.`,
    );
  }
  if (yes) return true;
  if (!questions) throw nobodyToAsk("rotate-key", "before it restarts anything");
  return questions.confirm(writes ? "Replace the key?" : "Restart the workers?");
}

function summarize({ online, writes, flowRuns }: RotatedKey): string[] {
  const workers = online
    .map(({ name, status, workPool }) => `${name} is ${status} in ${workPool}`)
    .join(", ");
  const waiting =
    flowRuns === 0
      ? "No flow run was under way: the old key can be deleted in Prefect."
      : `${count(flowRuns, "flow run")} began with the old key: delete it in Prefect when they have ended.`;
  return [
    workers === "" ? "No worker runs at the moment." : `${workers}${writes ? ", with the new key" : ""}.`,
    ...(writes ? [waiting] : []),
    "",
    "Next: prefect-fargate status, which shows what is under way and how old the key is.",
  ];
}
