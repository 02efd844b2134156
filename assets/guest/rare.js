// @ts-check
// Loads what a page can do without until its menu stands, so that a slow tablet shows its menu sooner.

const RETRY_MS = 2000;

/** What is there once it was loaded. @type {{ parts: typeof import('./rarely.js').rarely | null }} */
export const rare = { parts: null };

/** Tried until the server answers. @returns {Promise<typeof import('./rarely.js').rarely>} */
export async function needRare() {
  while (!rare.parts) {
    try {
      const loaded = await import('./rarely.js');
      rare.parts = loaded.rarely;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return rare.parts;
}
