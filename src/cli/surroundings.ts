/** As much of a terminal's stream as the CLI uses, so that tests can listen. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a run of the CLI may touch of the process around it. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Results: what a pipe should carry on. */
  readonly stdout: TextStream;
  /** Progress, questions and errors. */
  readonly stderr: TextStream;
  /** Where questions are asked and answered. @default - nobody is there to answer */
  readonly terminal?: Terminal;
  readonly signals: Signals;
}

/** A person's keyboard and screen. */
export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/** Where Ctrl-C and the like come from: the process, or a test. */
export interface Signals {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
  off(signal: NodeJS.Signals, listener: () => void): unknown;
  /** Ends the process at once; only a second Ctrl-C asks for it. */
  exit(status: number): void;
}

/** Colour is an ornament for people at a terminal, and they may refuse it. https://no-color.org */
export const wantsColour = (stream: TextStream, env: Readonly<NodeJS.ProcessEnv>): boolean =>
  stream.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb";

/** Whether lines may be redrawn: a log that collects them would keep every frame. */
export const canRedraw = (stream: TextStream, env: Readonly<NodeJS.ProcessEnv>): boolean =>
  stream.isTTY === true && !env.CI && env.TERM !== "dumb";
