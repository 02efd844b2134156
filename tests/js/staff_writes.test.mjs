// A write by staff survives a connection that died: it is sent once more with the same key, and never after a refusal.
import assert from "node:assert/strict";
import { test } from "node:test";

import { createApiClient } from "../../assets/lib/api_client.js";

function server(...answers) {
  const sent = [];
  const fetch = async (url, init) => {
    sent.push({ url, method: init.method, key: init.headers["Idempotency-Key"], body: init.body });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (answer === "dead") throw new TypeError("connection reset");
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  };
  return { sent, api: createApiClient({ as: "staff", fetch }) };
}

test("a write without an answer is repeated once with the same key and body", async () => {
  const { sent, api } = server("dead", { status: 200, body: { id: 5, status: "completed" } });
  assert.equal((await api.setOrderStatus(5, { status: "completed" })).status, "completed");
  assert.equal(sent.length, 2);
  assert.deepEqual(sent[0], sent[1]);
  assert.match(sent[0].key, /^[0-9a-f]{32}$/);
});

test("a write that never gets an answer fails after its second try", async () => {
  const { sent, api } = server("dead", "dead");
  await assert.rejects(api.deleteOrder(5), { error_code: "NO_ANSWER" });
  assert.equal(sent.length, 2);
});

test("a refused write is not repeated, and two writes have two keys", async () => {
  const { sent, api } = server({ status: 409, body: { error_code: "CONFLICT" } });
  await assert.rejects(api.completeTable(1), { error_code: "CONFLICT" });
  await assert.rejects(api.completeTable(1), { error_code: "CONFLICT" });
  assert.equal(sent.length, 2);
  assert.notEqual(sent[0].key, sent[1].key);
});
