/** One line of progress that is still going on. */
export interface Stage {
  /** Replaces the stage's detail: "aws_vpc.this is being created (8 s)". */
  update(detail: string): void;
}

/**
 * How actions speak while they work. They return data and never print; `cli` decides how this looks.
 * Stages may run at the same time and may nest.
 */
export interface Reporter {
  /** Runs `work` as a named stage, which ends well or with the error that `work` throws. */
  stage<T>(title: string, work: (stage: Stage) => Promise<T>): Promise<T>;
  /** A fact worth one line: which provider mirror is used, where the UI is. */
  note(sentence: string): void;
  /** Something that goes on but that the user should know. */
  warn(sentence: string): void;
}

/** Says nothing: for library users and tests that do not look at progress. */
export const silentReporter: Reporter = {
  stage: (_title, work) => work({ update: () => {} }),
  note: () => {},
  warn: () => {},
};
