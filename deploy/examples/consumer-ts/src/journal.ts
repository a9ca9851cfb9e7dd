import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";

/** One line of the log: a version that was seen, or a note. */
export interface Line {
  note?: string;
  stream?: string;
  slug?: string;
  version?: number;
  content_sha256?: string;
  retired?: boolean;
  /** Sequence in the stream; absent for what came from the bucket. */
  seq?: number;
}

/** Holds the floor and the stream's time of creation; it is the first line. */
export const noteStart = "start";
/** Says that the bucket has been read. */
export const noteBootstrapped = "bootstrapped";

/** The most lines that wait for a sync. */
const batch = 64;

/**
 * The log and what follows from it. It is the whole state: opening it cuts off
 * what a kill left of a last line, and the rest says where to go on.
 */
export class Journal {
  /** Latest known version of each slug. */
  readonly versions = new Map<string, number>();
  /** Everything in the stream up to it is in the log. */
  seq = 0;
  /** When the stream was created; "" for a new log. */
  stream = "";
  bootstrapped = false;

  #file: number;
  #end = 0;
  #pending: string[] = [];

  constructor(path: string) {
    this.#file = openSync(path, "a+", 0o644);
    const bytes = readFileSync(path);
    for (let number = 1; ; number++) {
      const newline = bytes.indexOf(10, this.#end);
      if (newline < 0) break;
      try {
        this.#apply(JSON.parse(bytes.toString("utf8", this.#end, newline)) as Line);
      } catch (error) {
        throw new Error(`read log ${path}, line ${number}: ${String(error)}`);
      }
      this.#end = newline + 1;
    }
    ftruncateSync(this.#file, this.#end);
  }

  /** A version that does not follow the one known is an error: one in between is lost. */
  #apply(line: Line): void {
    if (line.note === noteStart) {
      this.stream = line.stream ?? "";
      this.seq = line.seq ?? 0;
    } else if (line.note === noteBootstrapped) {
      this.bootstrapped = true;
    }
    if (line.note !== undefined) return;
    if (line.slug === undefined || line.version === undefined) throw new Error("a line without slug or version");
    const known = this.versions.get(line.slug) ?? 0;
    if (line.version !== known + 1 && (known > 0 || line.seq !== undefined)) {
      throw new Error(`career ${line.slug}: version ${line.version} comes after ${known}: what is between them is lost; remove the log to start over`);
    }
    this.versions.set(line.slug, line.version);
    this.seq = Math.max(this.seq, line.seq ?? 0);
  }

  /** Writes down a version, unless it is known. It is on disk after sync. */
  add(line: Line): void {
    if (line.slug !== undefined && (line.version ?? 0) <= (this.versions.get(line.slug) ?? 0)) return;
    this.#apply(line);
    this.#pending.push(JSON.stringify(line) + "\n");
    if (this.#pending.length >= batch) this.sync();
  }

  /** Writes down a note, at once. */
  note(line: Line): void {
    this.#apply(line);
    this.#pending.push(JSON.stringify(line) + "\n");
    this.sync();
  }

  /** Puts what waits on disk, and only then shows it. */
  sync(): void {
    if (this.#pending.length === 0) return;
    const text = this.#pending.join("");
    this.#pending = [];
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    fsyncSync(this.#file);
    process.stdout.write(text);
  }

  close(): void {
    this.sync();
    closeSync(this.#file);
  }
}
