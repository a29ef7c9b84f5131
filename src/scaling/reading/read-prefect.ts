import type {
  FlowRunAnswer,
  PrefectAnswers,
  SlowAnswers,
  WorkPoolAnswer,
  WorkQueueAnswer,
} from "./prefect-answers.ts";
import { fromRow, PAGE_SIZE, type PrefectRequest, requestPlan, type Subject } from "./request-plan.ts";

/** Sends one request and gives the parsed body. Throws when there is none, with what Prefect said. */
export type AskPrefect = (request: PrefectRequest) => Promise<unknown>;

/** A thousand runs tell enough: the service is at its largest long before. */
const MOST_PAGES = 5;

const SLOW_ANSWERS_SERVE_SECONDS = 60;

/**
 * Reads one work pool: two requests a look, one while the service sleeps, five more once a minute, and more only for
 * more than two hundred runs in flight or waiting. `before` are the answers of the previous look.
 *
 * @throws what `ask` throws: an incomplete look decides nothing
 */
export async function readPrefect(
  ask: AskPrefect,
  subject: Subject,
  before?: PrefectAnswers,
): Promise<PrefectAnswers> {
  const { everyLook, everyMinute } = requestPlan(subject);
  const askedAt = subject.now;

  async function slowAnswers(): Promise<SlowAnswers> {
    const [pool, queues, arrived, announced, ended] = await Promise.all([
      ask(everyMinute.pool),
      ask(everyMinute.queues),
      ask(everyMinute.arrived),
      ask(everyMinute.announced),
      ask(everyMinute.ended),
    ]);
    return {
      pool: pool as WorkPoolAnswer,
      queues: queues as WorkQueueAnswer[],
      arrived: arrived as number,
      announced: announced as number,
      ended: ended as FlowRunAnswer[],
      askedAt,
    };
  }

  const serves = before !== undefined && askedAt < before.slow.askedAt + SLOW_ANSWERS_SERVE_SECONDS;
  const [running, waiting, slow] = await Promise.all([
    subject.asleep ? NOTHING : readPages(ask, everyLook.running),
    readPages(ask, everyLook.waiting),
    serves ? before.slow : slowAnswers(),
  ]);
  const complete = running.complete && waiting.complete;
  return { running: running.runs, waiting: waiting.runs, complete, askedAt, slow };
}

interface Runs {
  readonly runs: readonly FlowRunAnswer[];
  readonly complete: boolean;
}

const NOTHING: Runs = { runs: [], complete: true };

async function readPages(ask: AskPrefect, request: PrefectRequest): Promise<Runs> {
  const runs = new Map<string, FlowRunAnswer>();
  for (let page = 0; page < MOST_PAGES; page++) {
    const answer = (await ask(fromRow(request, page * PAGE_SIZE))) as FlowRunAnswer[];
    // Runs come and go between two pages: one that moved is in both.
    for (const run of answer) runs.set(run.id, run);
    if (answer.length < PAGE_SIZE) return { runs: [...runs.values()], complete: true };
  }
  return { runs: [...runs.values()], complete: false };
}
