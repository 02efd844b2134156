// What a script may not use: nothing newer than WebView 84 or bound to a secure context on guests' tablets, and nowhere what
// the content security policy forbids.
import { fullAncestor } from "acorn-walk";

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

/** The faults of a parsed script, one text each; `{ markup: line }` where it sets markup, which one file may.
 * @param onTablets whether it runs on guests' tablets */
export function faultsOf(tree, onTablets) {
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
  if (name === "onLine" && owner === "navigator") say(node, "navigator.onLine stays true when only the server is away");
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
