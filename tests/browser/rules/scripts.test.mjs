// Every shipped script parses as ES2020, and those that run on guests' tablets use nothing newer than WebView 84,
// nothing that needs a secure context, and nothing the content security policy forbids.
import assert from "node:assert/strict";
import test from "node:test";
import { parse } from "acorn";
import { fullAncestor } from "acorn-walk";
import { shipped } from "./files.mjs";

// Name → why it cannot be used. Chrome versions from browser-compat data.
const NEWER_METHODS = {
  at: "Chrome 92", replaceAll: "Chrome 85", replaceChildren: "Chrome 86", findLast: "Chrome 97",
  findLastIndex: "Chrome 97", toSorted: "Chrome 110", toReversed: "Chrome 110", toSpliced: "Chrome 110",
  hasOwn: "Chrome 93", groupBy: "Chrome 117", fromAsync: "Chrome 121", withResolvers: "Chrome 119",
  any: "Chrome 85", canParse: "Chrome 120", timeout: "Chrome 124", throwIfAborted: "Chrome 100",
  checkVisibility: "Chrome 105", showPopover: "Chrome 114", hidePopover: "Chrome 114", togglePopover: "Chrome 114",
  startViewTransition: "Chrome 111", setHTML: "Chrome 146", isWellFormed: "Chrome 111", randomUUID: "a secure context",
};
const STATIC_OWNERS = { hasOwn: "Object", groupBy: "Object", fromAsync: "Array", withResolvers: "Promise", any: "Promise", canParse: "URL", timeout: "AbortSignal" };
const NEWER_GLOBALS = {
  structuredClone: "Chrome 98", AggregateError: "Chrome 85", reportError: "Chrome 95", scheduler: "Chrome 94",
  Sanitizer: "Chrome 146", CSSStyleSheetList: "no release",
};
const SECURE_ONLY = { subtle: "crypto", clipboard: "navigator", serviceWorker: "navigator", wakeLock: "navigator", locks: "navigator", storage: "navigator", caches: "window", userAgentData: "navigator" };
const NEWER_INTL = new Set(["Segmenter", "DurationFormat"]);
const FLOOR = /^(lib|components|guest)\//;

function faultsOf(tree, onTablets) {
  const faults = [];
  const say = (node, text) => faults.push(`line ${node.loc.start.line}: ${text}`);
  fullAncestor(tree, (node, _state, ancestors) => {
    const parent = ancestors[ancestors.length - 2];
    if (node.type === "CallExpression" && node.callee.type === "Identifier" && node.callee.name === "eval") say(node, "eval");
    if (node.type === "NewExpression" && node.callee.name === "Function") say(node, "new Function");
    if (node.type === "AssignmentExpression" && /^(innerHTML|outerHTML)$/.test(node.left.property?.name ?? "")) {
      faults.push({ markup: node.loc.start.line });
    }
    if (!onTablets) return;
    if (node.type === "MemberExpression" && !node.computed) memberFaults(node, parent, say);
    if (node.type === "Identifier" && parent?.type !== "MemberExpression" && NEWER_GLOBALS[node.name] && isUse(node, parent)) {
      say(node, `${node.name} needs ${NEWER_GLOBALS[node.name]}`);
    }
    if (isListenerWithSignal(node)) say(node, "addEventListener ignores `signal` before Chrome 90");
  });
  return faults;
}

function memberFaults(node, parent, say) {
  const name = node.property.name;
  const owner = node.object.name ?? node.object.property?.name;
  if (SECURE_ONLY[name] && SECURE_ONLY[name] === owner) say(node, `${owner}.${name} needs a secure context`);
  if (owner === "Intl" && NEWER_INTL.has(name)) say(node, `Intl.${name} is newer than Chrome 84`);
  const called = parent?.type === "CallExpression" && parent.callee === node && !parent.optional;
  if (!called || !Object.hasOwn(NEWER_METHODS, name)) return;
  if (STATIC_OWNERS[name] && STATIC_OWNERS[name] !== owner) return;
  // The list's own .at() takes one place; a method of ours that takes more is another one.
  if (name === "at" && parent.arguments.length > 1) return;
  say(node, `.${name}() needs ${NEWER_METHODS[name]}`);
}

function isUse(node, parent) {
  return !(parent?.type === "Property" && parent.key === node) && !(parent?.type === "UnaryExpression" && parent.operator === "typeof");
}

function isListenerWithSignal(node) {
  if (node.type !== "CallExpression" || node.callee.property?.name !== "addEventListener") return false;
  return node.arguments[2]?.properties?.some((property) => property.key?.name === "signal") ?? false;
}

for (const { name, text } of await shipped(".js")) {
  test(`${name} is ES2020${FLOOR.test(name) ? " for WebView 84" : ""}`, () => {
    const tree = parse(text, { ecmaVersion: 2020, sourceType: "module", locations: true });
    const faults = faultsOf(tree, FLOOR.test(name)).filter((fault) => name !== "lib/html.js" || !fault.markup);
    assert.deepEqual(faults.map((fault) => (fault.markup ? `line ${fault.markup}: only lib/html.js sets markup` : fault)), []);
  });

  test(`${name} imports only what its layer may`, () => {
    const allowed = { lib: ["lib"], components: ["lib", "components"] }[name.split("/")[0]];
    const page = name.split("/")[0];
    for (const node of parse(text, { ecmaVersion: 2020, sourceType: "module" }).body) {
      if (!node.source) continue;
      assert.match(node.source.value, /^\.{1,2}\/.*\.js$/, `import "${node.source.value}" is not a relative path with .js`);
      const target = new URL(node.source.value, `file:///${name}`).pathname.split("/")[1];
      assert.ok((allowed ?? ["lib", "components", page]).includes(target), `${name} imports from ${target}/`);
    }
  });
}

test("the rule finds what it forbids", () => {
  const faults = (text) => faultsOf(parse(text, { ecmaVersion: 2020, sourceType: "module", locations: true }), true).length;
  assert.equal(faults("[1].at(-1); 'a'.replaceAll('a','b'); structuredClone({}); navigator.clipboard.writeText('x')"), 4);
  assert.equal(faults("a.addEventListener('x', f, {signal: s}); Object.hasOwn(a, 'b'); eval('1'); b.innerHTML = c"), 4);
  assert.equal(faults("const any = [1].some(Boolean); crypto.randomUUID?.(); typeof structuredClone"), 0);
  assert.throws(() => parse("a ??= 1", { ecmaVersion: 2020, sourceType: "module" }));
});
