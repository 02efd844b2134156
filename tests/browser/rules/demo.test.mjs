// The demo restaurant is realistic and consistent: enough dishes in enough categories, every drawing and code known, and
// its running orders name dishes and options that exist and keep their groups' bounds.
import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { assets } from "./files.mjs";

const demo = JSON.parse(await readFile(path.join(assets, "demo/menu.json"), "utf8"));
const korean = JSON.parse(await readFile(path.join(assets, "i18n/ko.json"), "utf8"));
const items = demo.categories.flatMap((category) => category.items);
const itemNamed = (name) => items.find((item) => item.name === name);

test("there are enough dishes, in enough categories, in Korean and English", () => {
  assert.ok(items.length >= 60 && demo.categories.length >= 6);
  assert.equal(new Set(items.map((item) => item.name)).size, items.length);
  for (const { name, names, description, descriptions } of items) {
    assert.ok(names.en && description && descriptions.en, name);
  }
});

test("every drawing, allergen and badge is known", async () => {
  for (const { name, drawing, allergens, badges } of items) {
    await access(path.join(assets, "dishes", `${drawing.replace(":", "-")}.svg`));
    for (const code of allergens ?? []) assert.ok(korean[`common.allergen.${code}`], `${name}: ${code}`);
    for (const code of badges ?? []) assert.match(code, /^(popular|recommended|new|spicy[123])$/, name);
  }
});

test("prices are whole won a restaurant would ask, options keep their bounds", () => {
  for (const { name, price, option_groups } of items) {
    assert.ok(Number.isInteger(price) && price >= 1_000 && price <= 100_000 && price % 100 === 0, name);
    for (const group of option_groups ?? []) {
      assert.ok(group.min >= 0 && group.max >= 1 && group.min <= group.max && group.max <= group.options.length, `${name}: ${group.name}`);
    }
  }
});

test("something is sold out, something is nearly so, something needs an identity check", () => {
  assert.equal(items.filter((item) => item.available === false).length, 2);
  assert.equal(items.filter((item) => item.remaining === 3).length, 1);
  assert.ok(items.some((item) => item.alcohol));
});

test("running orders and calls fit the tables and the menu", () => {
  const numbers = demo.tables.map((table) => table.number);
  assert.equal(numbers.length, 12);
  assert.ok(demo.orders.length >= 6);
  for (const { table_number, items: lines, status } of demo.orders) {
    assert.ok(numbers.includes(table_number));
    assert.match(status, /^(pending|preparing|completed)$/);
    for (const line of lines) {
      const item = itemNamed(line.name);
      assert.ok(item && item.available !== false, line.name);
      const groups = item.option_groups ?? [];
      for (const group of groups) {
        const chosen = group.options.filter((option) => line.options.includes(option.name)).length;
        assert.ok(chosen >= group.min && chosen <= group.max, `${line.name}: ${group.name}`);
      }
      const known = groups.flatMap((group) => group.options.map((option) => option.name));
      assert.deepEqual(line.options.filter((option) => !known.includes(option)), [], line.name);
    }
  }
  for (const { table_number, kind } of demo.calls) {
    assert.ok(numbers.includes(table_number));
    assert.match(kind, /^(water|plate|spoon|tissue|grill|bill|staff)$/);
  }
});
