// Style sheets keep to what WebView 84 understands and to the house rules: states by attribute, no ids, no !important.
import assert from "node:assert/strict";
import test from "node:test";
import { shipped } from "./files.mjs";
import { faultsOf } from "./style_faults.mjs";

for (const { name, text } of await shipped(".css")) {
  test(`${name} keeps to WebView 84 and the house rules`, () => assert.deepEqual(faultsOf(text), []));
}

test("the rule finds what it forbids", () => {
  assert.equal(faultsOf(".a { .b { color: red } }").length, 1);
  assert.equal(faultsOf(".a:has(.b), #c { inset: 0; }").length, 3);
  assert.equal(faultsOf("@media (width >= 40em) { .a { top: 0 } }").length, 1);
  assert.equal(faultsOf(".a:focus, .a:focus-visible { top: 0 }").length, 1);
  assert.deepEqual(faultsOf("@media (min-width: 40em) { .a:focus:not(:focus-visible) { outline: 0 } } @keyframes k { from { top: 0 } to { top: 1px } }"), []);
});
