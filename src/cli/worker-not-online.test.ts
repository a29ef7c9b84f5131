import { expect, it } from "vitest";
import { diagnose } from "#actions/diagnosis/diagnose.ts";
import { evidenceOf, stopReasonFixtures } from "../../test/helpers/evidence.ts";
import { printedByDeploy } from "../../test/helpers/printed.ts";

it("deploy prints for each documented stop reason one cause, its evidence, its source and what to type", async () => {
  const printed = stopReasonFixtures().map(({ name, source, task, events }) => {
    const evidence = evidenceOf({ tasks: task ? [task] : [], service: { events: events ?? [] } });
    return `# ${name}, a fixture after ${source}\n${printedByDeploy(diagnose(evidence))}`;
  });
  await expect(printed.join("\n")).toMatchFileSnapshot("../../test/fixtures/stop-reasons/printed.txt");
});
