/** Routes as a tree of lines. */
import { formatMatchers, matchesAll } from "@tocsin/domain/matcher";
import type { LabelSet } from "@tocsin/domain/model";
import type { Route } from "@tocsin/domain/route";

interface Branch {
  readonly text: string;
  readonly children: readonly Branch[];
}

/** All routes with their receivers. Ends with a line break. */
export function routingTree(root: Route): string {
  return draw(fullBranch(root));
}

/** The routes on the way of an alert, with receivers where it ends. Ends with a line break. */
export function matchingTree(root: Route, labels: LabelSet): string {
  return draw(matchingBranch(root, labels));
}

function fullBranch(route: Route): Branch {
  const goesOn = route.continue ? "  continue: true" : "";
  const text = `${title(route)}${goesOn}  receiver: ${route.receiver}`;
  return { text, children: route.children.map(fullBranch) };
}

function matchingBranch(route: Route, labels: LabelSet): Branch {
  const children: Branch[] = [];
  for (const child of route.children) {
    if (!matchesAll(child.matchers, labels)) continue;
    children.push(matchingBranch(child, labels));
    if (!child.continue) break;
  }
  const end = children.length === 0 ? `  receiver: ${route.receiver}` : "";
  return { text: title(route) + end, children };
}

function title({ matchers }: Route): string {
  return matchers.length === 0 ? "default-route" : formatMatchers(matchers);
}

function draw(root: Branch): string {
  const lines = [".", ...branchLines(root, "", true)];
  return `${lines.join("\n")}\n`;
}

function branchLines({ text, children }: Branch, indent: string, isLast: boolean): string[] {
  const inner = indent + (isLast ? "    " : "│   ");
  const below = children.flatMap((child, at) =>
    branchLines(child, inner, at === children.length - 1),
  );
  // A line break in a name begins a line of its own below it.
  const [first = "", ...others] = text.split("\n");
  const line = `${indent}${isLast ? "└── " : "├── "}${first}`;
  return [line, ...others.map((other) => inner + other), ...below];
}
