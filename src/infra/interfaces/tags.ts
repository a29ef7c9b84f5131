import { input } from "#terraform/module-interface.ts";

/** Every module takes tags, beside those the provider puts on everything. */
export const tags = input.map("Tags of every resource, beside the provider's `default_tags`.", {
  default: {},
});
