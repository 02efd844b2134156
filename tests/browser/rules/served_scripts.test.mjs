// The server takes comments out of scripts by looks (src/http/page_script.rs): what looks like a comment must be one.
import assert from "node:assert/strict";
import test from "node:test";
import { parse } from "acorn";
import { shipped } from "./files.mjs";

for (const { name, text } of await shipped(".js")) {
  test(`${name} has nothing that only looks like a comment`, () => {
    const comments = [];
    parse(text, { ecmaVersion: 2020, sourceType: "module", onComment: comments });
    const faults = [];
    for (const found of text.matchAll(/\/\*\*|^[ \t]*(?=\/[/*])/gm)) {
      const at = found.index + (found[0] === "/**" ? 0 : found[0].length);
      if (!comments.some((comment) => comment.start <= at && at < comment.end)) faults.push(text.slice(at, at + 40));
    }
    assert.deepEqual(faults, []);
  });
}
