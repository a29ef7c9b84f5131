import type { Given } from "#terraform/define-module.ts";
import type { serviceInterface } from "./interfaces/service.ts";

/** What a service is made of: the inputs of its module. */
export type ServiceProps = Given<typeof serviceInterface.inputs>;
