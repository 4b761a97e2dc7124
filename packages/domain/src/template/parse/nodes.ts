import { quoteGo, trimSpace } from "../../text/index.ts";
import type { Execution } from "../exec/execution.ts";
import type { GoValue } from "../values/values.ts";
import type { NumberConstant } from "./number.ts";

/** Makes a value safe for the place in HTML that it stands in. */
export type ValueEscaper = (value: GoValue, run: Execution) => GoValue;

/** The text a node was parsed from, for error messages: a file name, or "" for an inline text. */
export interface SourceText {
  readonly name: string;
  readonly text: string;
}

interface At {
  /** Index into the source text, in UTF-16 units. */
  readonly pos: number;
  readonly source: SourceText;
}

export interface TextNode extends At {
  readonly kind: "text";
  readonly text: string;
}
export interface ActionNode extends At {
  readonly kind: "action";
  readonly pipe: PipeNode;
  /** Put in by the HTML escaper: what the value passes through before it is printed. */
  readonly escapers?: readonly ValueEscaper[];
}
export interface TemplateNode extends At {
  readonly kind: "template";
  readonly name: string;
  readonly pipe: PipeNode | undefined;
  /** Put in by the HTML escaper: the variant of the template for the place it is called from. */
  readonly target?: string;
}
export interface BranchNode extends At {
  readonly kind: "if" | "with" | "range";
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList: ListNode | undefined;
}
export interface JumpNode extends At {
  readonly kind: "break" | "continue";
}
export interface CommentNode extends At {
  readonly kind: "comment";
  readonly text: string;
}
export interface ListNode extends At {
  readonly kind: "list";
  readonly nodes: readonly StatementNode[];
}

export interface PipeNode extends At {
  readonly kind: "pipe";
  readonly isAssign: boolean;
  /** Names of declared variables, with their `$`. */
  readonly declared: readonly VariableNode[];
  readonly commands: readonly CommandNode[];
}
export interface CommandNode extends At {
  readonly kind: "command";
  /** Never empty: the parser refuses a command without a word. */
  readonly args: readonly OperandNode[];
}
export interface DotNode extends At {
  readonly kind: "dot";
}
export interface NilNode extends At {
  readonly kind: "nil";
}
export interface BoolNode extends At {
  readonly kind: "bool";
  readonly value: boolean;
}
export interface NumberNode extends At {
  readonly kind: "number";
  readonly text: string;
  readonly constant: NumberConstant;
}
export interface StringNode extends At {
  readonly kind: "string";
  readonly quoted: string;
  readonly text: string;
}
export interface IdentifierNode extends At {
  readonly kind: "identifier";
  readonly name: string;
}
export interface FieldNode extends At {
  readonly kind: "field";
  readonly path: readonly string[];
}
export interface VariableNode extends At {
  readonly kind: "variable";
  /** The variable with its `$`, then field names. */
  readonly path: readonly string[];
}
export interface ChainNode extends At {
  readonly kind: "chain";
  readonly node: OperandNode;
  readonly path: readonly string[];
}

export type OperandNode =
  | PipeNode
  | DotNode
  | NilNode
  | BoolNode
  | NumberNode
  | StringNode
  | IdentifierNode
  | FieldNode
  | VariableNode
  | ChainNode;

export type StatementNode =
  | TextNode
  | ActionNode
  | TemplateNode
  | BranchNode
  | JumpNode
  | CommentNode;

export type TemplateSyntaxNode = StatementNode | ListNode | OperandNode | CommandNode;

/** A named definition as it was parsed. */
export interface ParsedTemplate {
  readonly name: string;
  readonly root: ListNode;
}

/** Go's rule for definitions that do not replace another: only white space and comments. */
export function isEmptyTree(node: ListNode | StatementNode): boolean {
  if (node.kind === "comment") return true;
  if (node.kind === "text") return trimSpace(node.text) === "";
  return node.kind === "list" && node.nodes.every(isEmptyTree);
}

/** The node as Go prints it in error messages: canonical spacing, quotes as they were written. */
export function printNode(node: TemplateSyntaxNode): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "comment":
      return `{{${node.text}}}`;
    case "action":
      return `{{${printNode(node.pipe)}}}`;
    case "template":
      return `{{template ${quoteGo(node.name)}${node.pipe ? ` ${printNode(node.pipe)}` : ""}}}`;
    case "break":
    case "continue":
      return `{{${node.kind}}}`;
    case "if":
    case "with":
    case "range":
      return printBranch(node);
    case "list":
      return node.nodes.map(printNode).join("");
    default:
      return printOperand(node);
  }
}

function printBranch(node: BranchNode): string {
  const otherwise = node.elseList === undefined ? "" : `{{else}}${printNode(node.elseList)}`;
  return `{{${node.kind} ${printNode(node.pipe)}}}${printNode(node.list)}${otherwise}{{end}}`;
}

function printOperand(node: OperandNode | CommandNode): string {
  switch (node.kind) {
    case "pipe":
      return printPipe(node);
    case "command":
      return node.args.map(printArgument).join(" ");
    case "dot":
      return ".";
    case "nil":
      return "nil";
    case "bool":
      return String(node.value);
    case "number":
      return node.text;
    case "string":
      return node.quoted;
    case "identifier":
      return node.name;
    case "field":
      return node.path.map((name) => `.${name}`).join("");
    case "variable":
      return node.path.join(".");
    case "chain":
      return printArgument(node.node) + node.path.map((name) => `.${name}`).join("");
  }
}

function printPipe(pipe: PipeNode): string {
  const names = pipe.declared.map(printOperand).join(", ");
  const commands = pipe.commands.map(printOperand).join(" | ");
  return names === "" ? commands : `${names} ${pipe.isAssign ? "=" : ":="} ${commands}`;
}

function printArgument(node: OperandNode): string {
  return node.kind === "pipe" ? `(${printPipe(node)})` : printOperand(node);
}
