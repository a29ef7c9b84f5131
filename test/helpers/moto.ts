import { mkdtemp, open, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "#package";
import { preparePython } from "#rehearsal/python.ts";
import { spawnServer } from "#rehearsal/spawn-server.ts";
import { silentReporter } from "#reporter";
import { awsClients } from "./emulator.ts";

export interface Moto {
  readonly url: string;
  /** What makes Terraform and AWS clients talk to it. */
  readonly env: Record<string, string>;
  readonly clients: ReturnType<typeof awsClients>;
  close(): Promise<void>;
}

/** A second opinion: moto 5.2.5, which is stricter with references than our emulator, and runs nothing at all. */
export async function openMoto(): Promise<Moto> {
  const { python } = await (await preparePython(silentReporter)).environment("moto");
  const dir = await mkdtemp(join(tmpdir(), "prefect-fargate-moto-"));
  const log = await open(join(dir, "moto.log"), "w");
  const server = spawnServer(python, [packagePath("test", "helpers", "moto_server.py")], {
    env: { PATH: process.env.PATH, HOME: dir, PYTHONDONTWRITEBYTECODE: "1" },
    cwd: dir,
    stderr: log.fd,
  });
  const died = server.exited.then(async (): Promise<never> => {
    throw new Error(`moto ended: ${await readFile(join(dir, "moto.log"), "utf8")}`);
  });
  died.catch(() => {});
  const { port } = JSON.parse(await Promise.race([server.firstLine, died])) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const config = join(dir, "aws-config");
  await writeFile(config, "[default]\n");
  const clients = awsClients({ url });
  return {
    url,
    env: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_REGION: "us-east-1",
      AWS_PROFILE: "default",
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: config,
      AWS_EC2_METADATA_DISABLED: "true",
      AWS_MAX_ATTEMPTS: "3",
    },
    clients,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await server.stop();
      await log.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
