// The names that a script uses and does not declare: what it expects of the browser.
import { ancestor, base } from "acorn-walk";

const scopes = new WeakMap();

/** @param tree a parsed script */
export function freeNames(tree) {
  const free = new Set();
  ancestor(tree, {
    Identifier(node, _state, ancestors) {
      if (!ancestors.some((scope) => declaredIn(scope).has(node.name))) free.add(node.name);
    },
  }, base);
  return [...free];
}

function declaredIn(node) {
  if (scopes.has(node)) return scopes.get(node);
  const names = new Set();
  const declare = (statement) => {
    if (statement?.type === "VariableDeclaration") for (const { id } of statement.declarations) patternNames(id, names);
    else if (statement?.type === "ImportDeclaration") for (const { local } of statement.specifiers) names.add(local.name);
    else if (/^(Function|Class)Declaration$/.test(statement?.type ?? "")) names.add(statement.id.name);
  };
  if (/Function/.test(node.type)) {
    for (const parameter of node.params) patternNames(parameter, names);
    if (node.id) names.add(node.id.name);
  }
  if (/^Class/.test(node.type) && node.id) names.add(node.id.name);
  if (node.type === "Program" || node.type === "BlockStatement") node.body.forEach(declare);
  if (node.type === "SwitchStatement") node.cases.forEach(({ consequent }) => consequent.forEach(declare));
  if (/^For/.test(node.type)) declare(node.init ?? node.left);
  if (node.type === "CatchClause" && node.param) patternNames(node.param, names);
  scopes.set(node, names);
  return names;
}

function patternNames(pattern, names) {
  switch (pattern?.type) {
    case "Identifier": return void names.add(pattern.name);
    case "ObjectPattern": return pattern.properties.forEach((property) => patternNames(property.value ?? property.argument, names));
    case "ArrayPattern": return pattern.elements.forEach((element) => patternNames(element, names));
    case "AssignmentPattern": return patternNames(pattern.left, names);
    case "RestElement": return patternNames(pattern.argument, names);
    default: return undefined;
  }
}
