// Where the shipped page files are, for the rule tests.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
export const assets = path.join(root, "assets");

/** Every file below assets/ with this ending: its path relative to assets/ and its text. */
export async function shipped(ending) {
  const names = (await walk(assets)).filter((name) => name.endsWith(ending)).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: path.relative(assets, name).split(path.sep).join("/"),
      text: await readFile(name, "utf8"),
    })),
  );
}

async function walk(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const lists = entries.map((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? walk(name) : [name];
  });
  return (await Promise.all(lists)).flat();
}
