import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import type { Workspace } from "#engine/workspace.ts";
import { PrefectFargateError } from "#errors";
import { openS3, readState } from "./read-state.ts";
import type { StateMove } from "./state-move.ts";
import { describePlace } from "./state-place.ts";

/**
 * Moves a state, and leaves nothing at the old place that another machine could go on from. In a versioned bucket what was there
 * stays among its old versions; of a local state Terraform keeps `terraform.tfstate.backup`.
 *
 * @param workspace its root says already where the state is wanted
 * @throws STATE_NOT_MOVED; STATE_LOCKED and what else the engine throws
 */
export async function moveState(
  workspace: Workspace,
  move: StateMove,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { from, to, resources } = move;
  await workspace.moveState();
  const arrived = await readState(to, env);
  if (arrived?.resources !== resources)
    throw new PrefectFargateError(
      "STATE_NOT_MOVED",
      `Of ${resources} resources in ${describePlace(from)}, ${arrived?.resources ?? 0} are in ${describePlace(to)}.`,
      { source: "bug", hint: `${describePlace(from)} was left as it is.` },
    );
  if (from.kind === "local") return;
  const s3 = openS3(from.region, env);
  try {
    await s3.send(new DeleteObjectCommand({ Bucket: from.bucket, Key: from.key }));
  } finally {
    s3.destroy();
  }
}
