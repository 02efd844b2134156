// The real binary under test, on a free port and in a folder of its own: `demo` with its restaurant, or `serve` on an
// empty folder. It can be killed with -9, stopped with SIGTERM and started again. It never touches another process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
const binary = path.resolve(root, process.env.BINARY_UNDER_TEST ?? "target/debug/tableorder");
const START_LIMIT_MS = 20_000;

class Program {
  url = "";
  /** Settings of this program by their environment names. */
  settings = {};
  #child;
  #errors = "";

  /** Makes the data folder; `stop()` removes it. */
  async prepare() {
    this.folder = await mkdtemp(path.join(tmpdir(), "tableorder-journey-"));
  }

  get port() {
    return Number(new URL(this.url).port);
  }

  /** Ends the process as a crash would: no signal handler runs. */
  async kill() {
    await this.#end("SIGKILL");
  }

  /** Stops as systemd does; gives the exit code. */
  async terminate() {
    return this.#end("SIGTERM");
  }

  async stop() {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A program's view of the API: bearer token, JSON in and out. Throws on any refusal. */
  async api(method, route, { body, token, key } = {}) {
    const headers = { "content-type": "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    if (key) headers["idempotency-key"] = key;
    const response = await fetch(this.url + route, { method, headers, body: body && JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : null;
  }

  /** Runs a command until it serves: `ready` picks what it waits for out of a line on stdout. */
  async run(args, ready) {
    const child = spawn(binary, [...args, "--data-dir", this.folder], { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...this.settings } });
    this.#child = child;
    this.#errors = "";
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#errors = (this.#errors + text).slice(-8_000);
    });
    const failed = once(child, "exit").then(([code, signal]) => {
      throw new Error(`tableorder ended before it served (${code ?? signal}):\n${this.#errors}`);
    });
    const limit = new Promise((_, reject) => {
      setTimeout(() => reject(new Error(`tableorder did not serve:\n${this.#errors}`)), START_LIMIT_MS).unref();
    });
    failed.catch(() => {});
    limit.catch(() => {});
    return Promise.race([lineOf(child.stdout, ready), failed, limit]);
  }

  /** Runs a short command on the same folder; gives what it wrote to stdout. */
  async command(...args) {
    const child = spawn(binary, [...args, "--data-dir", this.folder], { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`tableorder ${args.join(" ")} ended with ${code}`);
    return output;
  }

  async #end(signal) {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, "exit");
    child.kill(signal);
    const [code] = await ended;
    return code;
  }
}

export class DemoServer extends Program {
  /** What `demo --json` printed: base_url, store, username, password, tables [{number, password}]. */
  address;

  /** Starts a demo restaurant in a new folder, set as the environment names in `settings` say. */
  static async start(settings = {}) {
    const server = new DemoServer();
    server.settings = settings;
    await server.prepare();
    await server.#serve(0);
    return server;
  }

  /** Starts again on the same port and folder. */
  async startAgain() {
    await this.#serve(this.port);
  }

  /** The password of a table by its number. */
  tablePassword(number) {
    const table = this.address.tables.find((candidate) => candidate.number === number);
    if (!table) throw new Error(`the demo has no table ${number}`);
    return table.password;
  }

  async staffToken() {
    const { store, username, password } = this.address;
    return (await this.api("POST", "/api/auth/admin/login", { body: { store, username, password } })).token;
  }

  async tableToken(number) {
    const body = { store: this.address.store, table_number: number, password: this.tablePassword(number) };
    return (await this.api("POST", "/api/auth/table/login", { body })).token;
  }

  async #serve(port) {
    this.address = await this.run(["demo", "--port", String(port), "--json"], (line) => (line.startsWith("{") ? JSON.parse(line) : null));
    this.url = this.address.base_url;
  }
}

export class EmptyServer extends Program {
  /** Starts on an empty folder, as on the first day. */
  static async start() {
    const server = new EmptyServer();
    await server.prepare();
    const address = await server.run(["serve", "--bind", "127.0.0.1", "--port", "0"], (line) => /^listening on (http:\S+)$/.exec(line)?.[1] ?? null);
    server.url = address;
    return server;
  }

  /** A fresh setup link: url, code, expires_at. */
  async setupLink() {
    return JSON.parse(await this.command("setup-link", "--json"));
  }
}

async function lineOf(stream, ready) {
  const lines = createInterface({ input: stream });
  for await (const line of lines) {
    const found = ready(line);
    if (found === null) continue;
    // The pipe must go on flowing, or a chatty program would stand still.
    stream.resume();
    return found;
  }
  throw new Error("tableorder closed its output before it served");
}
