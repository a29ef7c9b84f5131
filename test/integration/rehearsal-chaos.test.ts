import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { addOnFolders, addOnRoots, holdsProvider, REGISTRY_HOSTS } from "#engine/provider-mirrors.ts";
import { expectCompleted, expectFailure, expectInterrupted } from "../helpers/expect-ending.ts";
import { noTraces } from "../helpers/leftovers.ts";
import { openRehearsalBox, type RehearsalBox } from "../helpers/rehearsal-box.ts";
import { describeMoment, SEED, signalAt, soonMomentsOf } from "../helpers/rehearsal-moments.ts";

const [first, second, third] = soonMomentsOf(SEED);

/** Ten times what two whole rehearsals at once take on two idle cores. */
const LONG_MS = 900_000;

/** Prefect's, ministack's and that of a worker's own health check. */
const USUAL_PORTS = [4200, 4566, 8080];

let box: RehearsalBox;
beforeEach(async () => {
  box = await openRehearsalBox();
});
afterEach(() => box.close());

const FLOWS = `
import os, signal
from prefect import flow

@flow
def fails():
    raise ValueError("the warehouse is closed")

@flow
def dies():
    os.kill(os.getpid(), signal.SIGKILL)
`;

it(`interrupted ${describeMoment(first!)} or ${describeMoment(second!)}, everything is taken down`, async () => {
  const ends = await Promise.all([first!, second!].map((moment) => signalAt(moment, "SIGINT", box)));
  for (const end of ends) expectInterrupted(end);
  expect(await box.traces()).toEqual(noTraces);
});

it(
  "after a killed one, with the usual ports taken, two at once: one Completes and is kept, the flow of the other one dies",
  async () => {
    await writeFile(join(box.project, "flows.py"), FLOWS);
    await using _taken = await takePorts(USUAL_PORTS);
    expect(await signalAt(third!, "SIGKILL", box)).toMatchObject({ signal: "SIGKILL" });
    const kept = box.start(["--json", "--keep"]);
    const dying = box.start(["--flow", "flows.py:dies"]);
    await kept.until("Everything stays up until you press Ctrl-C.");
    const [ui] = /http:\/\/127\.0\.0\.1:\d+/.exec(kept.said()) ?? [];
    const died = await dying.ended;
    // The end of the one beside it has not disturbed it.
    expect(await (await fetch(ui!)).text()).toContain("<title>Prefect");
    kept.process.kill("SIGINT");
    const completed = await kept.ended;
    expectCompleted(completed);
    expectFailure(died, { code: "FLOW_RUN_FAILED", says: /ended as Crashed: /, hint: "--keep" });
    expect(completed.stderr + died.stderr).toContain("Cleaned up after a rehearsal that had been killed.");
    expect(await box.traces()).toEqual({ ...noTraces, files: [join(box.project, "flows.py")] });
  },
  LONG_MS,
);

it("with a flow file that cannot be imported, or a flow that fails, it says so", async () => {
  await writeFile(join(box.project, "flows.py"), FLOWS);
  await writeFile(join(box.project, "broken.py"), "import pandaz\n");
  const [broken, failed] = await Promise.all([
    box.start(["--flow", "broken.py:nightly"]).ended,
    box.start(["--flow", "flows.py:fails"]).ended,
  ]);
  expectFailure(broken, { code: "FLOW_RUN_FAILED", says: "No module named 'pandaz'", hint: "" });
  expectFailure(failed, { code: "FLOW_RUN_FAILED", says: "ValueError: the warehouse is closed", hint: "" });
  expect((await box.traces()).processes).toEqual([]);
});

it("when a server dies in the middle, it says which", async () => {
  const lose = async (server: "emulator" | "prefect") => {
    const rehearsal = box.start();
    await rehearsal.until("Apply …");
    box.killServer(server, rehearsal);
    return rehearsal.ended;
  };
  const [withoutAws, withoutPrefect] = await Promise.all([lose("emulator"), lose("prefect")]);
  const hint = "Rehearse again; everything that was started has been taken down.";
  expectFailure(withoutAws, {
    code: "EMULATOR_DIED",
    says: "The emulated AWS ended in the middle of the rehearsal (SIGKILL).",
    hint,
  });
  expectFailure(withoutPrefect, {
    code: "PREFECT_SERVER_DIED",
    says: "The Prefect server ended in the middle of the rehearsal (SIGKILL).",
    hint,
  });
  expect(await box.traces()).toEqual(noTraces);
});

const NO_REGISTRY = { HTTPS_PROXY: "http://127.0.0.1:9", TF_CLI_CONFIG_FILE: undefined };
/** Whether folders can be hidden from a process: Linux, and root. */
const canHide = spawnSync("unshare", ["--mount", "true"]).status === 0;

it("without a registry that answers, where Terraform may ask nobody else, it says so", async () => {
  const settings = join(box.project, "cli.tfrc");
  await writeFile(settings, "provider_installation {\n  direct {}\n}\n");
  const env = { ...NO_REGISTRY, TF_CLI_CONFIG_FILE: settings };
  const [direct, nowhere] = await Promise.all([
    box.start([], env).ended,
    canHide ? box.start([], NO_REGISTRY, await withoutMirrors()).ended : undefined,
  ]);
  expectFailure(direct, {
    code: "PROVIDER_UNAVAILABLE",
    says: "could not connect to registry.terraform.io",
    hint: "HTTPS_PROXY?",
  });
  if (nowhere) {
    expectFailure(nowhere, {
      code: "PROVIDER_UNAVAILABLE",
      says: /registry\.terraform\.io cannot be reached .* and no folder of this machine has it/,
      hint: "terraform providers mirror DIR",
    });
    expect(nowhere.stderr).toContain("looked in /opt and the folders directly in it");
  }
  const { processes, ports } = await box.traces();
  expect({ processes, ports }).toEqual({ processes: [], ports: [] });
});

/** A machine on which no folder has the provider: an empty one lies over each that has. */
async function withoutMirrors(): Promise<string> {
  const empty = join(box.project, "empty");
  await mkdir(empty);
  const mirrors = addOnFolders(addOnRoots()).filter((folder) =>
    holdsProvider(folder, REGISTRY_HOSTS.terraform),
  );
  const hide = mirrors.map((folder) => `mount --bind "${empty}" "${folder}" && `).join("");
  return `exec unshare --mount /bin/sh -c '${hide}exec "$@"' sh CLI`;
}

/** Listens on these ports, or leaves that to whoever does so already. */
async function takePorts(ports: readonly number[]): Promise<AsyncDisposable> {
  const servers = ports.map((port) => createServer().listen(port, "127.0.0.1"));
  await Promise.all(
    servers.map((server) => Promise.race([once(server, "listening"), once(server, "error")])),
  );
  return {
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) server.close();
    },
  };
}
