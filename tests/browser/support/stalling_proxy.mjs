// A wire between a page and the server that goes silent without being cut, as Wi-Fi does: while it stalls, connections are
// taken and nothing passes either way. It changes no byte and knows nothing of HTTP but the text to stop at.
import { once } from "node:events";
import net from "node:net";

export class StallingProxy {
  #server;
  #sockets = new Set();
  #held = [];
  #stalled = false;
  #stop_at = null;

  /** @param port where the real server listens */
  static async before(port) {
    const proxy = new StallingProxy();
    proxy.#server = net.createServer((page) => proxy.#join(page, port));
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Nothing passes any more. */
  stall() {
    this.#stalled = true;
  }

  /** Stalls at the first piece that holds `text`: going to the server, or, with `answer`, at what the server says next on
   * that connection. Resolves once it stalls. */
  stallAt(text, { answer = false } = {}) {
    return new Promise((resolve) => {
      this.#stop_at = { text, answer, resolve };
    });
  }

  /** Everything passes again, first what was held; `lose` drops those connections instead, as a router that forgot them. */
  release({ lose = false } = {}) {
    this.#stalled = false;
    if (lose) for (const socket of this.#sockets) socket.destroy();
    for (const pass of this.#held.splice(0)) if (!lose) pass();
  }

  async close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(page, port) {
    const server = net.connect(port, "127.0.0.1");
    for (const socket of [page, server]) {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    }
    const connection = { asked: false };
    this.#pipe(page, server, (bytes) => this.#mustStop(connection, bytes));
    this.#pipe(server, page, () => connection.asked && this.#stopNow());
  }

  #pipe(from, to, mustStop) {
    const pass = (act) => (this.#stalled ? this.#held.push(act) : act());
    from.on("data", (bytes) => {
      if (!this.#stalled) mustStop(bytes);
      pass(() => to.write(bytes));
    });
    from.on("end", () => pass(() => to.end()));
    from.on("close", () => pass(() => to.destroy()));
  }

  #mustStop(connection, bytes) {
    if (!this.#stop_at?.text || !bytes.includes(this.#stop_at.text)) return;
    if (this.#stop_at.answer) connection.asked = true;
    else this.#stopNow();
  }

  #stopNow() {
    const stop = this.#stop_at;
    if (!stop) return;
    this.#stop_at = null;
    this.#stalled = true;
    stop.resolve();
  }
}
