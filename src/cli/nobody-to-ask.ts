import { PrefectFargateError } from "#errors";

/** What a command says that may not go on without an answer, where there is nobody to give one. */
export const nobodyToAsk = (command: string, what: string): PrefectFargateError =>
  new PrefectFargateError(
    "NOBODY_TO_ASK",
    `${command} asks ${what}, and there is no terminal to answer at.`,
    { hint: `prefect-fargate ${command} --yes` },
  );
