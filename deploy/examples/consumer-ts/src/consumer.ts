// Follows the published careers of a careerstream and writes one line of JSON
// for each version. The Go package deploy/examples says how, and what it promises.
import { parseArgs } from "node:util";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import {
  DeliverPolicy,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  type ConsumerMessages,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { Journal, noteBootstrapped, noteStart, type Line } from "./journal.js";

// Names of the contract; `careerstream schemas asyncapi` prints it.
const publishedStream = "PUBLISHED";
const publishedAll = "record.published.>";
const publishedType = "careerstream.record.published.v1";
const feedConsumer = "feed";
const bucket = "careers";

/** What this consumer reads of a version; it ignores the rest, as every reader does. */
interface Published {
  record: { slug: string; version: number; retired?: unknown };
  content_sha256: string;
}

function lineOf(p: Published, seq?: number): Line {
  const line: Line = { slug: p.record.slug, version: p.record.version, content_sha256: p.content_sha256 };
  if (p.record.retired !== undefined) line.retired = true;
  if (seq !== undefined) line.seq = seq;
  return line;
}

/** The sequence up to which the bucket surely is; 0 when that cannot be told. */
async function floor(manager: JetStreamManager): Promise<number> {
  try {
    return (await manager.consumers.info(publishedStream, feedConsumer)).ack_floor.stream_seq;
  } catch (error) {
    const consumerNotFound = 10014;
    if (error instanceof JetStreamApiError && error.code === consumerNotFound) return 0;
    throw error;
  }
}

/** Takes the latest version of each career from the bucket, unless that is done. */
async function bootstrap(client: JetStreamClient, manager: JetStreamManager, journal: Journal): Promise<void> {
  const created = (await manager.streams.info(publishedStream)).created;
  if (journal.stream === "") journal.note({ note: noteStart, seq: await floor(manager), stream: created });
  if (journal.stream !== created) {
    throw new Error(`stream ${publishedStream} was made anew at ${created}; the log is of the one of ${journal.stream}: remove the log to start over`);
  }
  if (journal.bootstrapped) return;
  // The keys come from the state of the bucket's stream, not from a watch.
  const prefix = `$KV.${bucket}.`;
  const state = (await manager.streams.info(`KV_${bucket}`, { subjects_filter: prefix + ">" })).state;
  const kv = await new Kvm(client).open(bucket);
  for (const subject of Object.keys(state.subjects ?? {})) {
    const slug = subject.slice(prefix.length);
    if (journal.versions.has(slug)) continue; // from here on the stream says more
    const entry = await kv.get(slug);
    if (entry === null || entry.operation !== "PUT") continue;
    journal.add(lineOf(entry.json<Published>()));
  }
  journal.note({ note: noteBootstrapped });
}

function take(message: JsMsg, journal: Journal): void {
  const event = message.json<{ type: string; data: Published }>();
  // Another type would be another major version, for other readers.
  if (event.type === publishedType) journal.add(lineOf(event.data, message.seq));
  if (message.info.pending === 0) journal.sync();
}

/** Token or user and password stand before the host, as in nats://TOKEN@host:4222. */
function options(address: string): NodeConnectionOptions {
  const url = new URL(address);
  const found: NodeConnectionOptions = { servers: url.host, maxReconnectAttempts: -1, name: "consumer-ts" };
  if (url.password !== "") {
    found.user = decodeURIComponent(url.username);
    found.pass = decodeURIComponent(url.password);
  } else if (url.username !== "") {
    found.token = decodeURIComponent(url.username);
  }
  return found;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nats: { type: "string", default: "nats://127.0.0.1:4222" },
      log: { type: "string", default: "careers.ndjson" },
    },
  });
  const journal = new Journal(values.log);
  let connection: NatsConnection | undefined;
  let messages: ConsumerMessages | undefined;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    messages?.stop();
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  try {
    connection = await connect(options(values.nats));
    const client = jetstream(connection);
    const manager = await jetstreamManager(connection);
    await bootstrap(client, manager, journal);
    const consumer = await client.consumers.get(publishedStream, {
      filter_subjects: [publishedAll],
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: journal.seq + 1,
    });
    messages = await consumer.consume();
    if (stopped) messages.stop();
    for await (const message of messages) take(message, journal);
  } finally {
    journal.close();
    await connection?.close();
  }
}

main().catch((error: unknown) => {
  console.error("consumer-ts:", error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
