import type { Given } from "#terraform/define-module.ts";
import type { pipelineAccessInterface } from "../interfaces/pipeline-access.ts";

/** What a pipeline's access is made of: the inputs of its module. */
export type PipelineAccessProps = Given<typeof pipelineAccessInterface.inputs>;
