import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** Runs inside a task: prints who AWS says we are, with nothing but the environment to find credentials. */
const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
console.log(Arn);
