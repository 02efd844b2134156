// The HTML shells, the text catalogues and the drawings: what they name exists, nothing inline, complete in both languages.
import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { brotliCompressSync } from "node:zlib";
import { assets, shipped } from "./files.mjs";

const DRAWING_MAX_BYTES = 1_536;
const DRAWINGS_MAX_BYTES = 24 * 1_024;

for (const { name, text } of await shipped(".html")) {
  test(`${name} has a language, a title and nothing inline`, () => {
    // The explorer is for developers and speaks English only.
    assert.match(text, name.startsWith("explorer/") ? /<html[^>]* lang="en"/ : /<html[^>]* lang="ko"/);
    assert.match(text, /<title>[^<]+<\/title>/);
    assert.match(text, /<meta name="viewport"/);
    assert.doesNotMatch(text, /<style|\sstyle=|\son[a-z]+=|javascript:|https?:\/\//);
    for (const [tag] of text.matchAll(/<script[^>]*>[^<]*/g)) assert.match(tag, /src="[^"]+"[^>]*>\s*$/, `inline script: ${tag}`);
  });

  test(`${name} names only files that exist`, async () => {
    const named = [...text.matchAll(/(?:src|href)="__ASSETS__([^"#]+)/g)].map((match) => match[1]);
    assert.notEqual(named.length, 0);
    for (const file of named) await access(path.join(assets, file));
  });
}

const catalogues = await shipped(".json").then((files) => files.filter(({ name }) => name.startsWith("i18n/")));
test("the catalogues have the same keys and lose nothing", () => {
  const read = catalogues.map(({ name, text }) => ({ name, texts: JSON.parse(text) }));
  const first = read.find(({ name }) => name === "i18n/ko.json");
  const others = read.filter((catalogue) => catalogue !== first);
  for (const { name, texts } of others) {
    // Staff's pages speak Korean and English; guests are spoken to in every language there is.
    const wanted = Object.keys(first.texts).filter((key) => name === "i18n/en.json" || /^(guest|common)\./.test(key));
    assert.deepEqual(Object.keys(texts).sort(), wanted.sort(), `${name} against ${first.name}`);
    for (const [key, text] of Object.entries(texts)) {
      const lost = placeholders(first.texts[key]).filter((placeholder) => !placeholders(text).includes(placeholder));
      assert.deepEqual(lost, [], `${key} in ${name} lost what the Korean text says`);
    }
  }
});

function placeholders(text) {
  return [...text.matchAll(/\{(\w+)/g)].map((match) => match[1]);
}

test("the guest page has a catalogue for every language it offers, each in its own words", async () => {
  const { LANGUAGE_NAMES } = await import(path.join(assets, "guest/modes.js"));
  assert.deepEqual(catalogues.map(({ name }) => name).sort(), Object.keys(LANGUAGE_NAMES).map((code) => `i18n/${code}.json`).sort());
  const letters = { en: /[a-z]/i, ja: /[\u3040-\u30ff]/, "zh-Hans": /[们开关菜订单请没]/, "zh-Hant": /[們開關餐訂單請沒]/ };
  for (const { name, text } of catalogues) {
    const code = /([\w-]+)\.json$/.exec(name)[1];
    if (code === "ko") continue;
    const texts = Object.entries(JSON.parse(text)).filter(([key]) => /^(guest|common)\./.test(key));
    assert.deepEqual(texts.filter(([, words]) => /[가-힣]/.test(words)).map(([key]) => key), [], `${name} has Korean left`);
    assert.ok(texts.filter(([, words]) => letters[code].test(words)).length > texts.length / 10, name);
  }
});

test("every text that a script names is in the catalogues", async () => {
  const known = new Set(Object.keys(JSON.parse(catalogues[0]?.text ?? "{}")));
  for (const { name, text } of await shipped(".js")) {
    for (const [, key] of text.matchAll(/\bt\(\s*(?:'([\w.]+)'|"([\w.]+)")/g)) assert.ok(known.has(key), `${name}: ${key}`);
  }
});

test("each drawing is small, plain and without a ground", async () => {
  const drawings = (await shipped(".svg")).filter(({ name }) => name.startsWith("dishes/"));
  let sum = 0;
  for (const { name, text } of drawings) {
    const size = brotliCompressSync(text).length;
    sum += size;
    assert.ok(size <= DRAWING_MAX_BYTES, `${name}: ${size} bytes compressed`);
    assert.match(text, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 400 300"/, name);
    assert.doesNotMatch(text, /<(script|style|text|image|foreignObject)|href|width="400"/, name);
  }
  assert.ok(sum <= DRAWINGS_MAX_BYTES, `all drawings: ${sum} bytes compressed`);
});
