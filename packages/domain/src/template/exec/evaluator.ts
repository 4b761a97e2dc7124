/**
 * Evaluates pipelines: commands, operands, fields, methods and calls, with the conversions and error
 * messages of Go 1.26's `text/template`. `node` is what is being evaluated; it is moved at the same
 * moments as Go moves it, because error messages name it.
 *
 * Values that lie in a container of `interface {}` are "boxed" in Go until a pipeline ends. The only
 * things that show it are error messages and the field of a nil, so it is kept beside the value, in
 * `isBoxed`, for the value that was evaluated last.
 */
import {
  printNode,
  type ChainNode,
  type CommandNode,
  type FieldNode,
  type IdentifierNode,
  type NumberNode,
  type OperandNode,
  type PipeNode,
  type TemplateSyntaxNode,
  type VariableNode,
} from "../parse/nodes.ts";
import {
  ANY,
  GoError,
  isAssignable,
  VALUE,
  type GoFunction,
  type GoType,
  type Signature,
} from "../values/types.ts";
import { GoTime } from "../time/time.ts";
import {
  GoComplex,
  GoInteger,
  GoNamedText,
  GoPointer,
  isMap,
  isTrue,
  pointee,
  stringOf,
  typeName,
  typeOf,
  type GoValue,
} from "../values/values.ts";
import { zeroOf } from "../values/zero.ts";
import type { Execution } from "./execution.ts";
import { execFailure } from "./place.ts";
import { Variables } from "./variables.ts";

/** What stands in front of a call: its words, and what the pipe brings as last argument. */
interface Words {
  readonly args: readonly OperandNode[];
  /** undefined: nothing was piped. */
  readonly final: GoValue | undefined;
}

interface Callee {
  readonly name: string;
  readonly signature: Signature;
  readonly call: (args: readonly GoValue[]) => GoValue;
  readonly node: TemplateSyntaxNode;
}

/** A step is some 100 ns; zones are asked of `Intl`, which takes its time. */
const CALL_STEPS = 2;
const TIME_STEPS = 30;
const STRAY_BYTE_STEPS = 10;
const NO_WORDS: Words = { args: [], final: undefined };

export interface FunctionTable {
  readonly builtins: ReadonlyMap<string, GoFunction>;
  readonly functions: ReadonlyMap<string, GoFunction>;
}

export class Evaluator {
  readonly run: Execution;
  readonly #table: FunctionTable;
  node: TemplateSyntaxNode;
  /** Name of the template being executed, for messages. */
  template: string;
  variables: Variables;
  isBoxed = false;
  /** The dot came out of a container of `interface {}`. Set by `range`. */
  isDotBoxed = false;

  constructor(
    run: Execution,
    table: FunctionTable,
    start: { node: TemplateSyntaxNode; template: string },
  ) {
    this.run = run;
    this.#table = table;
    this.node = start.node;
    this.template = start.template;
    this.variables = new Variables(null, false);
  }

  fail(message: string): never {
    throw execFailure(message, { node: this.node, template: this.template });
  }

  pipeline(dot: GoValue, pipe: PipeNode): GoValue {
    this.node = pipe;
    let value: GoValue | undefined;
    for (const command of pipe.commands) value = this.#command(dot, command, value);
    this.isBoxed = false;
    const result = value ?? null;
    for (const variable of pipe.declared) {
      const name = variable.path[0] ?? "";
      if (pipe.isAssign) this.assign(name, result);
      else this.variables.push(name, result);
    }
    return result;
  }

  assign(name: string, value: GoValue, isBoxed = false): void {
    const variable = this.variables.find(name);
    if (variable === undefined) this.fail(`undefined variable: ${name}`);
    variable.value = value;
    variable.isBoxed = isBoxed;
  }

  #command(dot: GoValue, command: CommandNode, final: GoValue | undefined): GoValue {
    const first = command.args[0] as OperandNode; // the parser makes no empty command
    const words = { args: command.args, final };
    switch (first.kind) {
      case "field":
        return this.#field(dot, first, words);
      case "chain":
        return this.#chain(dot, first, words);
      case "identifier":
        return this.#function(dot, first, { words, node: command });
      case "pipe":
        this.#refuseArguments(words);
        return this.pipeline(dot, first);
      case "variable":
        return this.#variable(dot, first, words);
      default:
    }
    this.node = first;
    this.#refuseArguments(words);
    this.isBoxed = false;
    switch (first.kind) {
      case "bool":
        return first.value;
      case "dot":
        return dot;
      case "nil":
        return this.fail("nil is not a command");
      case "number":
        return this.#idealConstant(first);
      case "string":
        return first.text;
    }
  }

  #refuseArguments({ args, final }: Words): void {
    const [first] = args;
    if (first !== undefined && (args.length > 1 || final !== undefined)) {
      this.fail(`can't give argument to non-function ${printNode(first)}`);
    }
  }

  #idealConstant(node: NumberNode): GoValue {
    const { complex, int, float } = node.constant;
    if (complex !== undefined) return new GoComplex(complex[0], complex[1]);
    const looksFloat = /[.eEpP]/.test(node.text) && !/^[-+]?0[xX][^pP]*$|^'/.test(node.text);
    if (looksFloat && float !== undefined) return float;
    if (int === undefined) this.fail(`${node.text} overflows int`);
    return int;
  }

  #variable(dot: GoValue, node: VariableNode, words: Words): GoValue {
    this.node = node;
    const [name = "", ...path] = node.path;
    const variable = this.variables.find(name);
    if (variable === undefined) this.fail(`undefined variable: ${name}`);
    this.isBoxed = variable.isBoxed;
    if (path.length > 0) return this.#path(dot, variable.value, { node, path, words });
    this.#refuseArguments(words);
    return variable.value;
  }

  #field(dot: GoValue, node: FieldNode, words: Words): GoValue {
    this.node = node;
    this.isBoxed = this.isDotBoxed;
    return this.#path(dot, dot, { node, path: node.path, words });
  }

  #chain(dot: GoValue, node: ChainNode, words: Words): GoValue {
    this.node = node;
    const receiver = this.#argument(dot, node.node, undefined);
    return this.#path(dot, receiver, { node, path: node.path, words });
  }

  #path(
    dot: GoValue,
    start: GoValue,
    { node, path, words }: { node: TemplateSyntaxNode; path: readonly string[]; words: Words },
  ): GoValue {
    let value = start;
    const last = path.length - 1;
    for (let at = 0; at <= last; at += 1) {
      const name = path[at] as string; // in range
      value = this.#member(dot, value, { name, node, words: at === last ? words : NO_WORDS });
    }
    return value;
  }

  /** A method, struct field or map element. */
  #member(
    dot: GoValue,
    receiver: GoValue,
    { name, node, words }: { name: string; node: TemplateSyntaxNode; words: Words },
  ): GoValue {
    this.run.budget.spend(1);
    if (receiver === null) {
      if (this.isBoxed) this.fail(`nil pointer evaluating interface {}.${name}`);
      return null;
    }
    const method = typeOf(receiver)?.methods?.get(name);
    if (method !== undefined) {
      if (receiver instanceof GoTime) this.run.budget.spend(TIME_STEPS);
      const call = (args: readonly GoValue[]) => method.call(pointee(receiver), args, this.run);
      return this.#call(dot, { name, signature: method, call, node }, words);
    }
    const value = pointee(receiver);
    const hasArguments = words.args.length > 1 || words.final !== undefined;
    if (isMap(value)) {
      if (hasArguments) this.fail(`${name} is not a method but has arguments`);
      const { elem } = value.type;
      this.isBoxed = elem?.kind === "interface";
      return value.get(name) ?? zeroOf(elem);
    }
    const type = this.isBoxed ? "interface {}" : typeName(receiver);
    for (const field of typeOf(value)?.fields ?? []) {
      if (field.name !== name) continue;
      if (field.jsonName === undefined) {
        this.fail(`${name} is an unexported field of struct type ${type}`);
      }
      if (hasArguments) this.fail(`${name} has arguments but cannot be invoked as function`);
      this.isBoxed = false;
      return field.read(value);
    }
    return this.fail(`can't evaluate field ${name} in type ${type}`);
  }

  #function(
    dot: GoValue,
    node: IdentifierNode,
    { words, node: whole }: { words: Words; node: TemplateSyntaxNode },
  ): GoValue {
    this.node = node;
    const { name } = node;
    const own = this.#table.functions.get(name);
    const found = own ?? this.#table.builtins.get(name);
    if (found === undefined) return this.fail(`"${name}" is not a defined function`);
    const isBuiltin = own === undefined;
    if (isBuiltin && (name === "and" || name === "or")) return this.#andOr(dot, name, words);
    let call = (args: readonly GoValue[]): GoValue => found.call(args, this.run);
    if (isBuiltin && name === "call") {
      const callee = calleeName(words);
      call = (args) => found.call([callee, ...args], this.run);
    }
    return this.#call(dot, { name, signature: found, call, node: whole }, words);
  }

  /** Evaluates arguments until one decides; the rest is not looked at. */
  #andOr(dot: GoValue, name: "and" | "or", { args, final }: Words): GoValue {
    const operands = args.slice(1);
    const count = operands.length + (final === undefined ? 0 : 1);
    if (count === 0) this.fail(`wrong number of args for ${name}: want at least 1 got 0`);
    let value: GoValue = null;
    for (const operand of operands) {
      value = this.#argument(dot, operand, VALUE);
      if (isTrue(value) === (name === "or")) return value;
    }
    if (final === undefined) return value;
    this.isBoxed = false;
    return final;
  }

  #call(dot: GoValue, callee: Callee, { args, final }: Words): GoValue {
    const { signature, name } = callee;
    const words = args.slice(1);
    const count = words.length + (final === undefined ? 0 : 1);
    this.#checkCount(callee, count, words.length);
    if (signature.flaw !== undefined) this.fail(signature.flaw);
    const values: GoValue[] = [];
    for (const word of words) {
      values.push(this.#argument(dot, word, paramAt(signature, values.length)));
    }
    if (final !== undefined) {
      this.isBoxed = false;
      values.push(this.#validated(final, paramAt(signature, values.length)));
    }
    this.#payFor(values);
    try {
      const result = callee.call(values);
      this.isBoxed = false;
      // Texts with bytes that are not UTF-8 go through a decoder that takes them one by one.
      if (typeof result === "string" && !result.isWellFormed()) {
        this.run.budget.spend(result.length * STRAY_BYTE_STEPS);
      }
      return result;
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      this.node = callee.node;
      return this.fail(`error calling ${name}: ${error.message}`);
    }
  }

  /** A call costs what it is given: functions look at every character of their texts. */
  #payFor(values: readonly GoValue[]): void {
    let cost = CALL_STEPS;
    for (const value of values) {
      if (typeof value === "string") cost += value.length >> 4;
      else if (value instanceof GoTime) cost += TIME_STEPS;
      else if (value instanceof GoNamedText) cost += value.text.length >> 4;
    }
    this.run.budget.spend(cost);
  }

  #checkCount({ signature, name }: Callee, count: number, words: number): void {
    const { params, isVariadic } = signature;
    if (isVariadic && count < params.length - 1) {
      this.fail(
        `wrong number of args for ${name}: want at least ${params.length - 1} got ${words}`,
      );
    }
    if (!isVariadic && count !== params.length) {
      this.fail(`wrong number of args for ${name}: want ${params.length} got ${count}`);
    }
  }

  /** An operand as an argument of a parameter's type; without a type as it is. */
  #argument(dot: GoValue, node: OperandNode, type: GoType | undefined): GoValue {
    this.node = node;
    switch (node.kind) {
      case "dot":
        this.isBoxed = this.isDotBoxed;
        return this.#validated(dot, type);
      case "nil":
        this.isBoxed = false;
        if (type !== undefined && !canBeNil(type)) this.fail(`cannot assign nil to ${type.name}`);
        return zeroOf(type);
      case "field":
        return this.#validated(this.#field(dot, node, NO_WORDS), type);
      case "variable":
        return this.#validated(this.#variable(dot, node, NO_WORDS), type);
      case "pipe":
        return this.#validated(this.pipeline(dot, node), type);
      case "identifier": {
        const value = this.#function(dot, node, { words: NO_WORDS, node });
        return this.#validated(value, type);
      }
      case "chain":
        return this.#validated(this.#chain(dot, node, NO_WORDS), type);
      default:
        this.isBoxed = false;
        return this.#constant(node, type);
    }
  }

  #constant(
    node: Extract<OperandNode, { kind: "bool" | "number" | "string" }>,
    type: GoType | undefined,
  ): GoValue {
    if (type === undefined || type === ANY || type === VALUE) {
      if (node.kind === "number") return this.#idealConstant(node);
      return node.kind === "bool" ? node.value : node.text;
    }
    switch (type.kind) {
      case "string":
        if (node.kind === "string") return node.text;
        return this.fail(`expected string; found ${printNode(node)}`);
      case "int":
      case "int64": {
        const int = node.kind === "number" ? node.constant.int : undefined;
        if (int === undefined) return this.fail(`expected integer; found ${printNode(node)}`);
        return type.name === "int" ? int : new GoInteger(type, int);
      }
      default:
        return this.fail(`can't handle ${printNode(node)} for arg of type ${type.name}`);
    }
  }

  /** Lets a value pass as an argument if Go would. */
  #validated(value: GoValue, type: GoType | undefined): GoValue {
    if (type === undefined || type === ANY || type === VALUE) return value;
    const actual = typeOf(value);
    if (actual === undefined) {
      if (this.isBoxed) {
        return this.fail(`wrong type for value; expected ${type.name}; got interface {}`);
      }
      if (canBeNil(type)) return zeroOf(type);
      return this.fail(`invalid value; expected ${type.name}`);
    }
    if (isAssignable(actual, type)) return value;
    if (value instanceof GoPointer && value.target.type === type) return value.target;
    return this.fail(`wrong type for value; expected ${type.name}; got ${actual.name}`);
  }
}

function canBeNil({ kind, name }: GoType): boolean {
  const isNilable =
    kind === "interface" || kind === "map" || kind === "pointer" || kind === "slice";
  return isNilable || name === VALUE.name;
}

function paramAt({ params, isVariadic }: Signature, index: number): GoType | undefined {
  return isVariadic ? params[Math.min(index, params.length - 1)] : params[index];
}

/** How an error names what `call` was given. */
function calleeName({ args, final }: Words): string {
  const word = args[1];
  if (word !== undefined) return printNode(word);
  return stringOf(final ?? null) ?? `<${typeName(final ?? null)} Value>`;
}
