import { EPHEMERAL_STORAGE_GIB } from "#config/ephemeral-storage.ts";
import { input, type Validation } from "#terraform/module-interface.ts";

/** One provider's share of a service's tasks. */
export interface CapacityShare {
  readonly capacityProvider: string;
  /** Of the tasks beyond every base, how many parts this provider gets. */
  readonly weight: number;
  /** How many tasks it gets before weights count. */
  readonly base: number;
}

export const capacityProviderStrategy = input.objects<CapacityShare>(
  "capacity_provider = string, weight = optional(number, 1), base = optional(number, 0)",
)(
  "How tasks are shared between `FARGATE` and `FARGATE_SPOT`, which the cluster must have as capacity providers. Empty: all on demand, by launch type. Going from one to the other replaces the service.",
  {
    default: [],
    validation: [
      {
        condition:
          'alltrue([for share in var.capacity_provider_strategy : contains(["FARGATE", "FARGATE_SPOT"], share.capacity_provider)])',
        message: "capacity_provider_strategy can name FARGATE and FARGATE_SPOT.",
      },
      {
        condition: "length([for share in var.capacity_provider_strategy : share if share.base > 0]) <= 1",
        message: "capacity_provider_strategy can give a base to one provider only.",
      },
    ],
  },
);

export function architecture(variable: string, { nullable = false } = {}): Validation {
  const isOne = `contains(["X86_64", "ARM64"], var.${variable})`;
  return {
    condition: nullable ? `var.${variable} == null ? true : ${isOne}` : isOne,
    message: `${variable} must be X86_64 or ARM64.`,
  };
}

export function ephemeralStorage(variable: string, whose: string) {
  const { least, most } = EPHEMERAL_STORAGE_GIB;
  return input.number(`Disk of ${whose} in GiB, ${least} to ${most}. AWS bills what is beyond ${least}.`, {
    default: least,
    validation: [
      {
        condition: `contains(range(${least}, ${most + 1}), var.${variable})`,
        message: `${variable} must be a whole number from ${least} to ${most}.`,
      },
    ],
  });
}
