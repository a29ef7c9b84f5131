import type { AnyCommand } from "../command-spec.ts";
import { bootstrap } from "./bootstrap.ts";
import { completion } from "./completion.ts";
import { deploy } from "./deploy.ts";
import { destroy } from "./destroy.ts";
import { doctor } from "./doctor.ts";
import { exec } from "./exec.ts";
import { exportCommand } from "./export.ts";
import { image } from "./image.ts";
import { init } from "./init.ts";
import { logs } from "./logs.ts";
import { pipeline } from "./pipeline.ts";
import { plan } from "./plan.ts";
import { rehearse } from "./rehearse.ts";
import { rotateKey } from "./rotate-key.ts";
import { run } from "./run.ts";
import { status } from "./status.ts";
import { synth } from "./synth.ts";
import { upgrade } from "./upgrade.ts";
import { validate } from "./validate.ts";
import { wire } from "./wire.ts";

/** Every command, in the order in which the help lists them. */
export const commands: readonly AnyCommand[] = [
  init,
  doctor,
  bootstrap,
  plan,
  deploy,
  status,
  rotateKey,
  upgrade,
  logs,
  run,
  exec,
  destroy,
  rehearse,
  validate,
  synth,
  exportCommand,
  wire,
  pipeline,
  image,
  completion,
];
