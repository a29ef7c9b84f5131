import * as z from "zod";
import { existingNetwork } from "./existing-network-schema.ts";
import { newNetwork } from "./new-network-schema.ts";

export const networkSchema = z
  .discriminatedUnion("kind", [newNetwork, existingNetwork])
  .prefault({})
  .describe("Where tasks run: in a new VPC, or in one that exists.");
