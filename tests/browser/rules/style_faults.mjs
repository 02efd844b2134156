// What a style sheet may not use: nothing newer than WebView 84, and nothing against the house rules.

const FORBIDDEN = [
  [/!important/, "!important"],
  [/@import/, "@import (pages link their sheets in order)"],
  [/@layer|@container|@property|@scope|@starting-style/, "an at-rule newer than Chrome 84"],
  [/url\(\s*["']?(https?:)?\/\//, "an address outside the host"],
  [/(^|[;{\s])(inset|inset-(block|inline)|aspect-ratio|container-type|translate|rotate|scale|accent-color|margin-(inline|block)|padding-(inline|block))\s*:/, "a property newer than Chrome 84"],
  [/\d(dvh|svh|lvh|dvw|svw|lvw|cqw|cqh|cqi|lh|rlh|cap)\b/, "a unit newer than Chrome 84"],
  [/\b(oklch|oklab|lch|lab|color-mix|light-dark|round|mod|sin|cos)\(/, "a function newer than Chrome 84"],
  [/overflow(-[xy])?\s*:\s*clip/, "overflow: clip (Chrome 90)"],
  [/grid-template-(rows|columns)\s*:\s*(subgrid|masonry)/, "subgrid (Chrome 117)"],
  [/backdrop-filter/, "backdrop-filter (too slow on tablets)"],
];
const FORBIDDEN_SELECTORS = [
  [/:has\(|:is\(|:where\(|:popover-open|:modal|:user-(in)?valid|::file-selector-button/, "a selector newer than Chrome 84"],
  [/:not\([^)]*,/, ":not() with a list (Chrome 88)"],
  [/&/, "nesting (Chrome 120)"],
  [/#[a-z]/i, "an id"],
];

/** The faults of a sheet, one text each. */
export function faultsOf(source) {
  const text = source.replace(/\/\*[\s\S]*?\*\//g, " ");
  const faults = FORBIDDEN.filter(([pattern]) => pattern.test(text)).map(([, why]) => why);
  for (const { selector, depth } of rules(text)) {
    if (depth > 0) faults.push(`nesting: ${selector}`);
    for (const [pattern, why] of FORBIDDEN_SELECTORS) if (pattern.test(selector)) faults.push(`${why}: ${selector}`);
    // An unknown pseudo-class drops the whole rule in an old browser, so :focus-visible needs a rule of its own.
    const parts = selector.split(",");
    if (/:focus-visible/.test(selector) && !parts.every((part) => /:focus-visible/.test(part))) {
      faults.push(`:focus-visible beside other selectors: ${selector}`);
    }
  }
  for (const [query] of text.matchAll(/@media[^{]*/g)) if (/[<>]/.test(query)) faults.push(`range in ${query.trim()} (Chrome 104)`);
  return faults;
}

/** Style rules with the number of style rules around them; at-rules such as @media do not count as nesting. */
function rules(text) {
  const found = [];
  const open = [];
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === ";") from = i + 1;
    if (text[i] === "{") {
      const selector = text.slice(from, i).trim();
      const isAtRule = selector.startsWith("@");
      const inKeyframes = open.some((outer) => outer.startsWith("@keyframes"));
      if (!isAtRule && !inKeyframes) found.push({ selector, depth: open.filter((outer) => !outer.startsWith("@")).length });
      open.push(selector);
      from = i + 1;
    }
    if (text[i] === "}") {
      open.pop();
      from = i + 1;
    }
  }
  return found;
}
