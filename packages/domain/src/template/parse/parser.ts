/**
 * Go template text to syntax trees: a recursive-descent parser with up to three tokens of look-ahead.
 * The grammar, the order of checks and the messages are those of Go 1.26's `text/template/parse`, so
 * that a text is refused for the same reason on the same line.
 */
import { TemplateFailure, type TemplateProblem } from "../problem.ts";
import { Lexer, printToken, type Token } from "./lexer.ts";
import {
  isEmptyTree,
  type BranchNode,
  type ListNode,
  type ParsedTemplate,
  type PipeNode,
  type SourceText,
  type StatementNode,
  type VariableNode,
} from "./nodes.ts";
import { parseOperand, type OperandReader } from "./operands.ts";
import { placeIn } from "./place.ts";
import { unquoteString } from "./quote.ts";

/** Nested parentheses or branches; Go allows 10,000, which our stack does not. */
const NESTING_MAX = 500;
const OPERAND_STARTS: ReadonlySet<Token["kind"]> = new Set([
  "bool",
  "char-constant",
  "complex",
  "dot",
  "field",
  "identifier",
  "number",
  "raw-string",
  "string",
  "variable",
  "left-paren",
]);

export interface ParseOptions {
  /** File name for messages; "" for an inline text. */
  readonly name: string;
  /** Names that may be called. */
  readonly functions: ReadonlySet<string>;
}

/**
 * Parses a text into its definitions, the text itself under `options.name` last.
 *
 * @throws TemplateFailure of stage `parse`.
 */
export function parseTemplate(text: string, options: ParseOptions): readonly ParsedTemplate[] {
  return new Parser(text, options).parse();
}

interface EndMark {
  readonly kind: "end" | "else";
}

/** State of one definition: Go starts afresh in each `define` and `block`. */
interface Scope {
  variables: string[];
  rangeDepth: number;
}

class Parser implements OperandReader {
  readonly source: SourceText;
  readonly #functions: ReadonlySet<string>;
  readonly #lexer: Lexer;
  /** Tokens read ahead, the next one last. */
  readonly #ahead: Token[] = [];
  readonly #definitions = new Map<string, ParsedTemplate>();
  #scope: Scope = { variables: ["$"], rangeDepth: 0 };
  /** Line of the token read last from the lexer: what Go shows in messages. */
  #line = 1;
  #lastToken: Token | undefined;
  #actionLine = 0;
  #depth = 0;

  constructor(text: string, options: ParseOptions) {
    this.source = { name: options.name, text };
    this.#functions = options.functions;
    this.#lexer = new Lexer(text);
  }

  parse(): readonly ParsedTemplate[] {
    const nodes: StatementNode[] = [];
    for (;;) {
      const token = this.peek();
      if (token.kind === "eof") break;
      if (token.kind === "left-delim" && this.#startsDefinition()) {
        this.#definition();
        continue;
      }
      const node = this.#textOrAction();
      if (isEndMark(node)) this.fail(`unexpected {{${node.kind}}}`);
      else nodes.push(node);
    }
    this.#add(this.source.name, { kind: "list", pos: 0, source: this.source, nodes });
    return [...this.#definitions.values()];
  }

  next(): Token {
    const token = this.#ahead.pop();
    if (token !== undefined) return token;
    const read = this.#lexer.next();
    this.#line = read.line;
    this.#lastToken = read;
    return read;
  }

  backup(token: Token): void {
    this.#ahead.push(token);
  }

  peek(): Token {
    const token = this.next();
    this.backup(token);
    return token;
  }

  nextNonSpace(): Token {
    let token = this.next();
    while (token.kind === "space") token = this.next();
    return token;
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace();
    this.backup(token);
    return token;
  }

  fail(message: string): never {
    const { name } = this.source;
    throw new TemplateFailure({
      stage: "parse",
      message: `template: ${name}:${this.#line}: ${message}`,
      file: name,
      line: this.#line,
      ...this.#lastPlace(),
      limit: undefined,
    });
  }

  /** Where the token read last begins, unless it begins on another line than the one that Go names. */
  #lastPlace(): Pick<TemplateProblem, "column" | "at"> {
    const token = this.#lastToken;
    if (token === undefined) return { column: 0, at: "" };
    const { line, column } = placeIn(this.source.text, token.pos);
    return {
      column: line === this.#line ? column : 0,
      at: token.kind === "error" ? "" : token.text,
    };
  }

  unexpected(token: Token, context: string): never {
    if (token.kind !== "error") this.fail(`unexpected ${printToken(token)} in ${context}`);
    let where = "";
    if (this.#actionLine !== 0 && this.#actionLine !== token.line) {
      const action = token.text.endsWith(" action") ? "" : " in action";
      where = `${action} started at ${this.source.name}:${this.#actionLine}`;
    }
    this.fail(token.text + where);
  }

  requireFunction(name: string): void {
    if (!this.#functions.has(name)) this.fail(`function "${name}" not defined`);
  }

  requireVariable(name: string): void {
    if (!this.#scope.variables.includes(name)) this.fail(`undefined variable "${name}"`);
  }

  /** Runs a nested part; refuses to go deeper than the stack can bear. */
  nested<Result>(part: () => Result): Result {
    this.#depth += 1;
    if (this.#depth > NESTING_MAX) this.fail("max expression depth exceeded");
    const result = part();
    this.#depth -= 1;
    return result;
  }

  #startsDefinition(): boolean {
    const delim = this.next();
    const token = this.nextNonSpace();
    if (token.kind === "keyword" && token.text === "define") return true;
    this.backup(token);
    this.backup(delim);
    return false;
  }

  #definition(): void {
    const context = "define clause";
    const name = this.#templateName(this.nextNonSpace(), context);
    this.#expectRightDelim(context);
    this.#add(name, this.#body(context));
  }

  /** The body of a `define` or `block`, in a scope of its own. */
  #body(context: string): ListNode {
    const outer = this.#scope;
    this.#scope = { variables: ["$"], rangeDepth: 0 };
    const { list, end } = this.#itemList();
    if (end.kind !== "end") this.fail(`unexpected {{${end.kind}}} in ${context}`);
    this.#scope = outer;
    return list;
  }

  #add(name: string, root: ListNode): void {
    const known = this.#definitions.get(name);
    if (known === undefined || isEmptyTree(known.root)) {
      this.#definitions.delete(name);
      this.#definitions.set(name, { name, root });
    } else if (!isEmptyTree(root)) {
      this.fail(`template: multiple definition of template ${JSON.stringify(name)}`);
    }
  }

  #itemList(): { readonly list: ListNode; readonly end: EndMark } {
    return this.nested(() => {
      const nodes: StatementNode[] = [];
      const { pos } = this.peekNonSpace();
      while (this.peekNonSpace().kind !== "eof") {
        const node = this.#textOrAction();
        if (isEndMark(node)) {
          return { list: { kind: "list", pos, source: this.source, nodes }, end: node };
        }
        nodes.push(node);
      }
      return this.fail("unexpected EOF");
    });
  }

  #textOrAction(): StatementNode | EndMark {
    const token = this.nextNonSpace();
    const { pos, text } = token;
    switch (token.kind) {
      case "text":
      case "comment":
        return { kind: token.kind, pos, source: this.source, text };
      case "left-delim": {
        this.#actionLine = token.line;
        const node = this.#action();
        this.#actionLine = 0;
        return node;
      }
      default:
        return this.unexpected(token, "input");
    }
  }

  #action(): StatementNode | EndMark {
    const token = this.nextNonSpace();
    if (token.kind === "keyword") {
      switch (token.text) {
        case "block":
          return this.#block();
        case "break":
        case "continue":
          return this.#jump(token, token.text);
        case "else":
          return this.#else();
        case "end":
          this.#expectRightDelim("end");
          return { kind: "end" };
        case "if":
        case "range":
        case "with":
          return this.#branch(token.text);
        case "template":
          return this.#templateCall();
        default: // `define` and `nil`: the pipeline says what is wrong with them
      }
    }
    this.backup(token);
    const { pos } = this.peek();
    return { kind: "action", pos, source: this.source, pipe: this.pipeline("command") };
  }

  #jump(token: Token, kind: "break" | "continue"): StatementNode {
    const end = this.nextNonSpace();
    if (end.kind !== "right-delim") this.unexpected(end, `{{${kind}}}`);
    if (this.#scope.rangeDepth === 0) this.fail(`{{${kind}}} outside {{range}}`);
    return { kind, pos: token.pos, source: this.source };
  }

  #else(): EndMark {
    const token = this.peekNonSpace();
    const isChain = token.kind === "keyword" && (token.text === "if" || token.text === "with");
    if (!isChain) this.#expectRightDelim("else");
    return { kind: "else" };
  }

  #branch(kind: BranchNode["kind"]): BranchNode {
    const { pos } = this.peekNonSpace();
    const outerVariables = [...this.#scope.variables];
    const pipe = this.pipeline(kind);
    if (kind === "range") this.#scope.rangeDepth += 1;
    const { list, end } = this.#itemList();
    if (kind === "range") this.#scope.rangeDepth -= 1;
    const elseList = end.kind === "else" ? this.#elseList(kind) : undefined;
    this.#scope.variables = outerVariables;
    return { kind, pos, source: this.source, pipe, list, elseList };
  }

  /** `{{else if}}` and `{{else with}}` stand for a branch inside the else part, with one common end. */
  #elseList(kind: BranchNode["kind"]): ListNode {
    const token = this.peek();
    if (kind !== "range" && token.kind === "keyword" && token.text === kind) {
      this.next();
      const branch = this.nested(() => this.#branch(kind));
      return { kind: "list", pos: token.pos, source: this.source, nodes: [branch] };
    }
    const { list, end } = this.#itemList();
    if (end.kind !== "end") this.fail(`expected end; found {{${end.kind}}}`);
    return list;
  }

  #block(): StatementNode {
    const context = "block clause";
    const nameToken = this.nextNonSpace();
    const name = this.#templateName(nameToken, context);
    const pipe = this.pipeline(context);
    this.#add(name, this.#body(context));
    return { kind: "template", pos: nameToken.pos, source: this.source, name, pipe };
  }

  #templateCall(): StatementNode {
    const context = "template clause";
    const nameToken = this.nextNonSpace();
    const name = this.#templateName(nameToken, context);
    const next = this.nextNonSpace();
    let pipe: PipeNode | undefined;
    if (next.kind !== "right-delim") {
      this.backup(next);
      pipe = this.pipeline(context);
    }
    return { kind: "template", pos: nameToken.pos, source: this.source, name, pipe };
  }

  #templateName(token: Token, context: string): string {
    if (token.kind !== "string" && token.kind !== "raw-string") this.unexpected(token, context);
    return unquoteString(token.text) ?? this.fail("invalid syntax");
  }

  #expectRightDelim(context: string): void {
    const token = this.nextNonSpace();
    if (token.kind !== "right-delim") this.unexpected(token, context);
  }

  /** A pipeline up to its end, a right delimiter or for `parenthesized pipeline` a parenthesis. */
  pipeline(context: string): PipeNode {
    const { pos } = this.peekNonSpace();
    const { declared, isAssign } = this.#declarations(context);
    const end = context === "parenthesized pipeline" ? "right-paren" : "right-delim";
    const commands: PipeNode["commands"][number][] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.kind === end) break;
      const isNil = token.kind === "keyword" && token.text === "nil";
      if (!isNil && !OPERAND_STARTS.has(token.kind)) this.unexpected(token, context);
      this.backup(token);
      commands.push(this.#command());
    }
    this.#checkPipeline(commands, context);
    return { kind: "pipe", pos, source: this.source, isAssign, declared, commands };
  }

  #declarations(context: string): { declared: VariableNode[]; isAssign: boolean } {
    const declared: VariableNode[] = [];
    for (;;) {
      const variable = this.peekNonSpace();
      if (variable.kind !== "variable") return { declared, isAssign: false };
      this.next();
      const after = this.peek();
      const next = this.peekNonSpace();
      const isComma = next.kind === "char" && next.text === ",";
      if (next.kind !== "assign" && next.kind !== "declare" && !isComma) {
        // The space that was skipped separates the variable from an argument.
        if (after.kind === "space") this.backup(after);
        this.backup(variable);
        return { declared, isAssign: false };
      }
      this.nextNonSpace();
      const path = variable.text.split(".");
      declared.push({ kind: "variable", pos: variable.pos, source: this.source, path });
      this.#scope.variables.push(variable.text);
      if (!isComma) return { declared, isAssign: next.kind === "assign" };
      if (context !== "range" || declared.length > 1) {
        this.fail(`too many declarations in ${context}`);
      }
      const { kind } = this.peekNonSpace();
      if (kind !== "variable" && kind !== "right-delim" && kind !== "right-paren") {
        this.fail("range can only initialize variables");
      }
    }
  }

  #command(): PipeNode["commands"][number] {
    const { pos } = this.peekNonSpace();
    const args: PipeNode["commands"][number]["args"][number][] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.nested(() => parseOperand(this));
      if (operand !== undefined) args.push(operand);
      const token = this.next();
      if (token.kind === "space") continue;
      if (token.kind === "right-delim" || token.kind === "right-paren") this.backup(token);
      else if (token.kind !== "pipe") this.unexpected(token, "operand");
      break;
    }
    if (args.length === 0) this.fail("empty command");
    return { kind: "command", pos, source: this.source, args };
  }

  #checkPipeline(commands: PipeNode["commands"], context: string): void {
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (const [at, command] of commands.entries()) {
      const kind = command.args[0]?.kind;
      const isLiteral =
        kind === "bool" ||
        kind === "dot" ||
        kind === "nil" ||
        kind === "number" ||
        kind === "string";
      if (at > 0 && isLiteral) this.fail(`non executable command in pipeline stage ${at + 1}`);
    }
  }
}

function isEndMark(node: StatementNode | EndMark): node is EndMark {
  return node.kind === "end" || node.kind === "else";
}
