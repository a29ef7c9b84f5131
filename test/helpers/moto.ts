import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packagePath } from "#package";
import { awsClientEnvironment } from "#rehearsal/aws-client-environment.ts";
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
  const clients = awsClients({ url });
  return {
    url,
    env: await awsClientEnvironment(url, "us-east-1", dir),
    clients,
    close: async () => {
      for (const client of Object.values(clients)) client.destroy();
      await server.stop();
      await log.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
