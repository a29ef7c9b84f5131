import { constants } from "node:os";
import { TASK_SIZES } from "#config/task-size.ts";
import type { ContainerEvidence, Evidence, TaskEvidence } from "../evidence.ts";
import type { Finding, Recognizer } from "../finding.ts";
import { findInLogs, nameOf, shortened, stopSayings } from "../sayings.ts";

const SOURCE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html";
/** A shell's exit code for a child that a signal ended: this and the signal's number. */
const SIGNALLED = 128;
const COMMAND_NOT_FOUND = 127;
const COMMAND_NOT_EXECUTABLE = 126;

/** AWS says this of the container, whatever it says of the task. */
const OUT_OF_MEMORY = /^OutOfMemory(Error)?\b/;

interface Exit {
  readonly task: TaskEvidence;
  readonly container: ContainerEvidence;
  readonly age: number;
}

/** Containers that ended by themselves: a task that was told to stop says nothing about its worker. */
const ownExits = ({ tasks }: Evidence): Exit[] =>
  tasks.flatMap((task, age) =>
    task.stopCode === "EssentialContainerExited"
      ? task.containers.map((container) => ({ task, container, age }))
      : [],
  );

const quote = ({ task, container }: Exit): string =>
  `${nameOf(task)}: ${container.name} ended with exit code ${container.exitCode ?? "none"}${container.reason ? ` (${shortened(container.reason)})` : ""}`;

const isOutOfMemory = ({ container }: Exit): boolean => OUT_OF_MEMORY.test(container.reason ?? "");

export const outOfMemory: Recognizer = {
  cause: "out-of-memory",
  source: "https://repost.aws/knowledge-center/ecs-resolve-outofmemory-errors",
  recognize(evidence) {
    const killed = ownExits(evidence).filter(isOutOfMemory);
    const first = killed[0];
    if (!first) return undefined;
    const { definition } = evidence;
    return {
      certainty: "certain",
      sentence: `it was killed for using more memory than its ${definition ? `${definition.memoryMiB} MiB` : "task has"}${times(killed.length)}.`,
      evidence: killed.slice(0, 2).map(quote),
      remedy: largerMemory(evidence),
      age: first.age,
    };
  },
};

export const killedBySignal: Recognizer = {
  cause: "killed-by-signal",
  source: SOURCE,
  recognize(evidence) {
    const killed = ownExits(evidence).filter(
      (exit) => !isOutOfMemory(exit) && signalOf(exit.container) !== undefined,
    );
    const first = killed[0];
    if (!first) return undefined;
    const signal = signalOf(first.container)!;
    return {
      certainty: "certain",
      sentence: `it was killed by ${signal}${times(killed.length)}${signal === "SIGKILL" ? ", and AWS does not say that memory was the reason" : ""}.`,
      evidence: killed.slice(0, 2).map(quote),
      remedy:
        signal === "SIGKILL"
          ? `Look at what it did last: prefect-fargate logs --since 1h. If it grew until then: ${largerMemory(evidence)}`
          : "Look at what it did last: prefect-fargate logs --since 1h",
      age: first.age,
    };
  },
};

export const commandMissing: Recognizer = {
  cause: "image-without-prefect",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cannot-start-container.html",
  recognize(evidence) {
    const exit = ownExits(evidence).find(
      ({ container: { exitCode } }) => exitCode === COMMAND_NOT_FOUND || exitCode === COMMAND_NOT_EXECUTABLE,
    );
    const said = stopSayings(evidence).find(
      ({ text }) =>
        /^CannotStartContainerError/.test(text) &&
        /executable file not found|no such file or directory/.test(text),
    );
    const found = exit ? { quote: quote(exit), age: exit.age } : said;
    return (
      found && {
        certainty: "certain",
        sentence: `the image ${evidence.definition?.image ?? "of the worker"} has no command \`prefect\` that it could run.`,
        evidence: [found.quote],
        remedy: "Use an image that is made from prefecthq/prefect: image in prefect-fargate.config.ts",
        age: found.age,
      }
    );
  },
};

export const wrongArchitecture: Recognizer = {
  cause: "image-for-another-platform",
  source: "https://repost.aws/knowledge-center/ecs-fargate-exec-format-error",
  recognize(evidence) {
    const found = findInLogs(evidence, /exec [^\s]+: exec format error/);
    return (
      found && {
        certainty: "certain",
        sentence: `the image ${evidence.definition?.image ?? "of the worker"} is not made for ${evidence.definition?.architecture ?? "the platform"} on which its tasks run.`,
        evidence: [found.quote],
        remedy: "Build it for that platform: docker buildx build --platform linux/amd64 --push …",
        age: found.age,
      }
    );
  },
};

/** A worker that is told to stop ends with 0, and so does one whose image runs something else. A flow run's task always may. */
export const endedWithoutError: Recognizer = {
  cause: "ended-without-error",
  source: SOURCE,
  recognize(evidence) {
    if (evidence.subject === "flow run") return undefined;
    const exit = ownExits(evidence).find(({ container }) => container.exitCode === 0);
    return (
      exit && {
        certainty: "likely",
        sentence:
          "it ended by itself without an error: somebody told its process to stop, or the image does not run the worker's command.",
        evidence: [quote(exit)],
        remedy: "Look at what it did last: prefect-fargate logs --since 1h",
        age: exit.age,
      }
    );
  },
};

const BY_OTHERS: Readonly<Record<string, Pick<Finding, "sentence" | "remedy">>> = {
  UserInitiated: {
    sentence: "somebody stopped its task.",
    remedy:
      "Deploy again, or see who called StopTask: aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=StopTask",
  },
  SpotInterruption: {
    sentence: "AWS took the Spot capacity of its task back.",
    remedy: "Run the worker on demand: a worker without a place starts no flow runs",
  },
  TerminationNotice: {
    sentence: "AWS took the host of its task away.",
    remedy: "Wait for the next task: prefect-fargate status --watch",
  },
};

export const stoppedByOthers: Recognizer = {
  cause: "stopped-by-others",
  source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html",
  recognize({ tasks }) {
    const age = tasks.findIndex(({ stopCode }) => stopCode !== undefined && stopCode in BY_OTHERS);
    const task = tasks[age];
    return (
      task && {
        certainty: "likely",
        ...BY_OTHERS[task.stopCode!]!,
        evidence: [
          `${nameOf(task)}: ${task.stopCode}: ${shortened(task.stoppedReason ?? "without a reason")}`,
        ],
        age,
      }
    );
  },
};

function signalOf({ exitCode }: ContainerEvidence): string | undefined {
  if (exitCode === undefined || exitCode <= SIGNALLED) return undefined;
  return Object.entries(constants.signals).find(([, number]) => number === exitCode - SIGNALLED)?.[0];
}

function largerMemory({ definition, subject }: Evidence): string {
  const where =
    subject === "flow run"
      ? "flows: { … } of the worker in prefect-fargate.config.ts"
      : "prefect-fargate.config.ts";
  if (!definition) return `Set a larger memoryMiB in ${where}`;
  const { cpu, memoryMiB } = definition;
  const larger = TASK_SIZES.get(cpu)?.find((offered) => offered > memoryMiB);
  return larger
    ? `Set memoryMiB: ${larger} in ${where}`
    : `Set a larger cpu and memoryMiB in ${where}: Fargate offers no more than ${memoryMiB} MiB beside cpu ${cpu}`;
}

const times = (count: number): string => (count > 1 ? ` (${count} times)` : "");
