// Accessibility check of what a page shows right now, by axe-core, with the rules of WCAG 2.2 A and AA and its best practices.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Throws with one readable line per violation. `within`: a selector to check instead of the whole page. */
export async function assertAccessible(page, screen, within) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(source);
  const violations = await page.evaluate(async (selector) => {
    const result = await window.axe.run(selector ?? document, {
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    });
    return result.violations.flatMap((violation) =>
      violation.nodes.map((node) => `${violation.id}: ${node.target.join(" ")}\n      ${node.html.slice(0, 160)}\n      ${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? violation.help}`),
    );
  }, within);
  if (violations.length) throw new Error(`${screen}: ${violations.length} violations\n    ${violations.join("\n    ")}`);
}
