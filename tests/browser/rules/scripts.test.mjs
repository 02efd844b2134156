// Every shipped script parses as ES2020, and those that run on guests' tablets use nothing newer than WebView 84,
// nothing that needs a secure context, and nothing the content security policy forbids.
import assert from "node:assert/strict";
import test from "node:test";
import { parse } from "acorn";
import { shipped } from "./files.mjs";
import { faultsOf } from "./script_faults.mjs";

const FLOOR = /^(lib|components|guest)\//;

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

test("the build can put every page together", async () => {
  const scripts = await shipped(".js");
  const imports = new Map(scripts.map(({ name, text }) => {
    const { body } = parse(text, { ecmaVersion: 2020, sourceType: "module" });
    for (const node of body) assert.equal(formFault(node), null, `${name}: src/http/page_module.rs refuses it`);
    const late = text.replace(/\/\*\*[\s\S]*?\*\//g, "").match(/(?<![.\w])import\(.*/g) ?? [];
    for (const line of late) assert.match(line, /^import\('\.\/\w+\.js'\)(?!.*[^.\w]import\()/, `${name} loads late in another form than import('./….js')`);
    const sources = body.filter((node) => node.type === "ImportDeclaration").map((node) => node.source.value);
    return [name, sources.map((source) => new URL(source, `file:///${name}`).pathname.slice(1))];
  }));
  const done = new Set();
  const visit = (name, path) => {
    assert.ok(!path.includes(name), `modules import each other in a circle: ${[...path, name].join(" → ")}`);
    if (done.has(name)) return;
    for (const other of imports.get(name) ?? []) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of imports.keys()) visit(name, []);
});

function formFault(node) {
  if (node.type === "ExportDefaultDeclaration") return "a default export";
  if (node.type === "ExportAllDeclaration" || (node.type === "ExportNamedDeclaration" && node.source)) return "exports what another module exports";
  if (/^(let|var)$/.test(node.declaration?.kind ?? "")) return "exports a variable";
  if (node.type === "ImportDeclaration" && node.specifiers.some(({ type }) => type === "ImportDefaultSpecifier")) return "a default import";
  return null;
}

test("the rule finds what it forbids", () => {
  const faults = (text) => faultsOf(parse(text, { ecmaVersion: 2020, sourceType: "module", locations: true }), true).length;
  assert.equal(faults("[1].at(-1); 'a'.replaceAll('a','b'); structuredClone({}); navigator.clipboard.writeText('x')"), 4);
  assert.equal(faults("a.addEventListener('x', f, {signal: s}); Object.hasOwn(a, 'b'); eval('1'); b.innerHTML = c"), 4);
  assert.equal(faults("if (navigator.onLine) f()"), 1);
  assert.equal(faults("const any = [1].some(Boolean); crypto.randomUUID?.(); typeof structuredClone"), 0);
  assert.throws(() => parse("a ??= 1", { ecmaVersion: 2020, sourceType: "module" }));
});
