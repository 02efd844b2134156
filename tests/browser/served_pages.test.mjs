// What the build puts together from the sources: each page is one script and one sheet, which parse and keep to the same
// rules as the files they are made of.
import assert from "node:assert/strict";
import test from "node:test";
import { parse } from "acorn";
import { shipped } from "./rules/files.mjs";
import { freeNames } from "./rules/free_names.mjs";
import { faultsOf as scriptFaults } from "./rules/script_faults.mjs";
import { faultsOf as styleFaults } from "./rules/style_faults.mjs";
import { launch } from "./support/browser.mjs";
import { DemoServer } from "./support/server.mjs";

const [server, browser] = await Promise.all([DemoServer.start(), launch()]);
test.after(() => Promise.all([server.stop(), browser.close()]));
const blank = await browser.newPage();

async function text(address) {
  const response = await fetch(new URL(address, server.url));
  assert.equal(response.status, 200, address);
  return response.text();
}

for (const [page, folder, onTablets] of [["/", "guest", true], ["/admin", "staff", false], ["/setup", "setup", false]]) {
  test(`${page} is one module and one sheet, of ES2020${onTablets ? " for WebView 84" : ""}`, async () => {
    const html = await text(page);
    const [sheets, modules] = [/<link rel="stylesheet" href="([^"]+)">/g, /<script type="module" src="([^"]+)">/g]
      .map((tag) => [...html.matchAll(tag)].map((match) => match[1]));
    assert.deepEqual([sheets.length, modules.length], [1, 1]);
    assert.doesNotMatch(html, /modulepreload/);
    const scripts = [await text(modules[0])];
    if (scripts[0].includes("import('./late.js')")) scripts.push(await text(modules[0].replace(/bundle\.js$/, "late.js")));
    for (const [place, script] of scripts.entries()) {
      const tree = parse(script, { ecmaVersion: 2020, sourceType: "module", locations: true });
      const sources = tree.body.filter((node) => node.source).map((node) => node.source.value);
      assert.deepEqual(sources, place === 0 ? [] : ["./bundle.js"], "nothing else is left to load");
      // Names are exchanged without a look at scopes: none may be left that means nothing.
      const unknown = await blank.evaluate((names) => names.filter((name) => !(name in window)), freeNames(tree));
      assert.deepEqual(unknown, []);
      // Which file may set markup is held where the files are apart.
      assert.deepEqual(scriptFaults(tree, onTablets).filter((fault) => !fault.markup), []);
    }
    assert.deepEqual(styleFaults(await text(sheets[0])), []);
  });

  test(`${page} has every rule of its sheets, in their order`, async () => {
    const { text: html } = (await shipped(".html")).find(({ name }) => name === `${folder}/index.html`);
    const linked = [...html.matchAll(/__ASSETS__(styles\/[^"]+)/g)].map((match) => match[1]);
    const sheets = await shipped(".css");
    const plain = (css) => css.replace(/\/\*[\s\S]*?\*\//g, "").replace(/\s+/g, "");
    const expected = linked.map((name) => plain(sheets.find((sheet) => sheet.name === name).text)).join("");
    const served = /<link rel="stylesheet" href="([^"]+)">/.exec(await text(page))[1];
    assert.equal(plain(await text(served)), expected);
  });
}
