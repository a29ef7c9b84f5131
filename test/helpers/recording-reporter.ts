import type { Reporter, Stage } from "#reporter";

/** Keeps all that is said. */
export class RecordingReporter implements Reporter {
  readonly lines: string[] = [];

  async stage<T>(title: string, work: (stage: Stage) => Promise<T>): Promise<T> {
    this.lines.push(`begin ${title}`);
    try {
      const result = await work({ update: (detail) => this.lines.push(`${title}: ${detail}`) });
      this.lines.push(`end ${title}`);
      return result;
    } catch (error) {
      this.lines.push(`failed ${title}: ${error}`);
      throw error;
    }
  }

  note(sentence: string): void {
    this.lines.push(`note ${sentence}`);
  }

  warn(sentence: string): void {
    this.lines.push(`warn ${sentence}`);
  }
}
