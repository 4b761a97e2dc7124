import { quoteGo } from "../../text/index.ts";
import type { Token } from "./lexer.ts";
import {
  printNode,
  type NumberNode,
  type OperandNode,
  type PipeNode,
  type SourceText,
} from "./nodes.ts";
import { parseComplex, parseNumber, runeConstant } from "./number.ts";
import { unquoteRune, unquoteString } from "./quote.ts";

/** What reading an operand needs of the parser. */
export interface OperandReader {
  readonly source: SourceText;
  next(): Token;
  peek(): Token;
  backup(token: Token): void;
  nextNonSpace(): Token;
  pipeline(context: string): PipeNode;
  fail(message: string): never;
  requireFunction(name: string): void;
  requireVariable(name: string): void;
}

/** A term with the fields that follow it, or undefined when the next token starts none. */
export function parseOperand(reader: OperandReader): OperandNode | undefined {
  const node = parseTerm(reader);
  const first = reader.peek();
  if (node === undefined || first.kind !== "field") return node;
  const path: string[] = [];
  while (reader.peek().kind === "field") path.push(reader.next().text.slice(1));
  const at = { pos: first.pos, source: reader.source };
  switch (node.kind) {
    case "field":
      return { kind: "field", ...at, path: [...node.path, ...path] };
    case "variable":
      return { kind: "variable", ...at, path: [...node.path, ...path] };
    case "bool":
    case "string":
    case "number":
    case "nil":
    case "dot":
      return reader.fail(`unexpected . after term ${quoteGo(printNode(node))}`);
    default:
      return { kind: "chain", ...at, node, path };
  }
}

function parseTerm(reader: OperandReader): OperandNode | undefined {
  const token = reader.nextNonSpace();
  const at = { pos: token.pos, source: reader.source };
  switch (token.kind) {
    case "identifier":
      reader.requireFunction(token.text);
      return { kind: "identifier", ...at, name: token.text };
    case "dot":
      return { kind: "dot", ...at };
    case "variable":
      reader.requireVariable(token.text);
      return { kind: "variable", ...at, path: [token.text] };
    case "field":
      return { kind: "field", ...at, path: [token.text.slice(1)] };
    case "bool":
      return { kind: "bool", ...at, value: token.text === "true" };
    case "char-constant":
    case "complex":
    case "number":
      return numberNode(reader, token);
    case "left-paren":
      return reader.pipeline("parenthesized pipeline");
    case "string":
    case "raw-string": {
      const text = unquoteString(token.text) ?? reader.fail("invalid syntax");
      return { kind: "string", ...at, quoted: token.text, text };
    }
    case "keyword":
      if (token.text === "nil") return { kind: "nil", ...at };
      break;
    default:
  }
  reader.backup(token);
  return undefined;
}

function numberNode(reader: OperandReader, token: Token): NumberNode {
  const at = { pos: token.pos, source: reader.source, text: token.text };
  if (token.kind === "char-constant") {
    const rune = unquoteRune(token.text);
    if (!rune.ok) return reader.fail(rune.reason);
    return { kind: "number", ...at, constant: runeConstant(rune.code) };
  }
  const result =
    token.kind === "complex"
      ? parseComplex(token.text)
      : parseNumber(token.text, quoteGo(token.text));
  if (!result.ok) return reader.fail(result.reason);
  return { kind: "number", ...at, constant: result.constant };
}
