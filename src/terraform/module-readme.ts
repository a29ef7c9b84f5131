import { type Json, renderBlock, renderValue } from "./hcl.ts";
import { callModule, type Input, type ModuleInterface, terraformName } from "./module-interface.ts";
import { REQUIRED_AWS, REQUIRED_TERRAFORM } from "./requirements.ts";

/** The README of a module: what it is for, a call to copy, and tables of what it takes and gives. */
export function moduleReadme(definition: ModuleInterface): string {
  const { name, description, inputs, outputs, example } = definition;
  const call = callModule(definition, terraformName(name.replaceAll("-", "_")), example);
  return [
    `# ${name}`,
    "",
    description,
    "",
    "```hcl",
    renderBlock("module", [call.label], call.body).trimEnd(),
    "```",
    "",
    `Needs Terraform or OpenTofu ${REQUIRED_TERRAFORM} and the AWS provider ${REQUIRED_AWS.version}.`,
    "",
    "## Inputs",
    "",
    ...table(
      ["Name", "Description", "Type", "Default"],
      Object.entries(inputs).map(([key, input]) => [
        `\`${terraformName(key)}\``,
        input.description,
        `\`${input.type}\``,
        defaultOf(input),
      ]),
    ),
    "",
    "## Outputs",
    "",
    ...table(
      ["Name", "Description"],
      Object.entries(outputs).map(([key, output]) => [`\`${terraformName(key)}\``, output.description]),
    ),
    "",
  ].join("\n");
}

function defaultOf(input: Input<unknown>): string {
  if (!input.optional) return "required";
  return `\`${renderValue(input.default as Json).replace(/\s+/g, " ")}\``;
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  [head, head.map(() => "---"), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
