/**
 * Runs a template: the walk over its statements. Every node costs a step, and everything that is
 * written counts against the limit, so a template ends in bounded time whatever it says.
 */
import { BudgetError } from "../budget.ts";
import { sprint } from "../fmt/printf.ts";
import type {
  ActionNode,
  BranchNode,
  ListNode,
  PipeNode,
  StatementNode,
  TemplateNode,
} from "../parse/nodes.ts";
import { quoteGo } from "../../text/index.ts";
import {
  GoInteger,
  GoSlice,
  int,
  integerOf,
  isMap,
  isTrue,
  pointee,
  printable,
  typeOf,
  type GoValue,
} from "../values/values.ts";
import { Evaluator, type FunctionTable } from "./evaluator.ts";
import type { Execution } from "./execution.ts";
import { execFailure } from "./place.ts";
import { Variables } from "./variables.ts";

/** A statement that leaves the iteration it is in, or undefined to go on. */
type Jump = "break" | "continue" | undefined;

export interface Program {
  readonly table: FunctionTable;
  readonly lookup: (name: string) => ListNode | undefined;
}

/**
 * Runs the template `root` under the name `name` and returns its text.
 *
 * @throws TemplateFailure of stage `exec`.
 */
export function execute(
  program: Program,
  { name, root, dot }: { readonly name: string; readonly root: ListNode; readonly dot: GoValue },
  run: Execution,
): string {
  const evaluator = new Evaluator(run, program.table, { node: root, template: name });
  evaluator.variables = new Variables(dot, false);
  const executor = new Executor(program, evaluator);
  try {
    executor.list(dot, root);
    return executor.out;
  } catch (error) {
    const where = { node: evaluator.node, template: evaluator.template };
    if (error instanceof BudgetError) throw execFailure(error.message, where, error.limit);
    // The stack is the limit behind the limits: a call from deep inside the program has less of it.
    if (error instanceof RangeError) {
      throw execFailure("exceeded maximum template depth", where, "depthMax");
    }
    throw error;
  }
}

class Executor {
  readonly #program: Program;
  readonly #eval: Evaluator;
  out = "";

  constructor(program: Program, evaluator: Evaluator) {
    this.#program = program;
    this.#eval = evaluator;
  }

  list(dot: GoValue, list: ListNode): Jump {
    for (const node of list.nodes) {
      const jump = this.#statement(dot, node);
      if (jump !== undefined) return jump;
    }
    return undefined;
  }

  #statement(dot: GoValue, node: StatementNode): Jump {
    this.#eval.node = node;
    this.#eval.run.budget.spend(1);
    switch (node.kind) {
      case "text":
        this.#write(node.text);
        return undefined;
      case "action":
        this.#action(dot, node);
        return undefined;
      case "if":
      case "with":
        return this.#branch(dot, node);
      case "range":
        return this.#range(dot, node);
      case "template":
        this.#call(dot, node);
        return undefined;
      case "break":
      case "continue":
        return node.kind;
      case "comment":
        return undefined;
    }
  }

  #write(text: string): void {
    this.out += text;
    this.#eval.run.budget.admitText(this.out.length);
  }

  #action(dot: GoValue, node: ActionNode): void {
    let value = this.#eval.pipeline(dot, node.pipe);
    for (const escape of node.escapers ?? []) value = escape(value, this.#eval.run);
    if (node.pipe.declared.length > 0) return;
    this.#eval.node = node;
    if (typeof value === "string") this.#write(value);
    else if (value === null) this.#write("<no value>");
    else this.#write(sprint([printable(value)], this.#eval.run.budget));
  }

  #branch(dot: GoValue, node: BranchNode): Jump {
    const { mark } = this.#eval.variables;
    const value = this.#eval.pipeline(dot, node.pipe);
    let jump: Jump;
    if (isTrue(value)) {
      jump =
        node.kind === "with" ? this.#withDot(value, false, node.list) : this.list(dot, node.list);
    } else if (node.elseList !== undefined) jump = this.list(dot, node.elseList);
    this.#eval.variables.pop(mark);
    return jump;
  }

  #withDot(dot: GoValue, isBoxed: boolean, list: ListNode): Jump {
    const outer = this.#eval.isDotBoxed;
    this.#eval.isDotBoxed = isBoxed;
    const jump = this.list(dot, list);
    this.#eval.isDotBoxed = outer;
    return jump;
  }

  #range(dot: GoValue, node: BranchNode): Jump {
    const { mark } = this.#eval.variables;
    const value = pointee(this.#eval.pipeline(dot, node.pipe));
    if (!this.#iterate(value, node) && node.elseList !== undefined) {
      const jump = this.list(dot, node.elseList);
      this.#eval.variables.pop(mark);
      return jump;
    }
    this.#eval.variables.pop(mark);
    return undefined;
  }

  /** Runs the body for every element; false when there is none. */
  #iterate(value: GoValue, node: BranchNode): boolean {
    const whole = integerOf(value);
    if (whole !== undefined) return this.#count(value, whole, node);
    if (value instanceof GoSlice) {
      const isBoxed = value.type.elem?.kind === "interface";
      for (let at = 0; at < value.length; at += 1) {
        const element = { key: int(at), value: value.at(at), isBoxed };
        if (this.#iteration(element, node) === "break") break;
      }
      return value.length > 0;
    }
    if (isMap(value)) {
      const isBoxed = value.type.elem?.kind === "interface";
      for (const [key, element] of value.sortedEntries()) {
        if (this.#iteration({ key, value: element, isBoxed }, node) === "break") break;
      }
      return value.size > 0;
    }
    if (value === null) return false;
    const shown = sprint([value], this.#eval.run.budget);
    return this.#eval.fail(`range can't iterate over ${shown}`);
  }

  #count(value: GoValue, whole: bigint, node: BranchNode): boolean {
    if (node.pipe.declared.length > 1) {
      const shown = sprint([value], this.#eval.run.budget);
      this.#eval.fail(`can't use ${shown} to iterate over more than one variable`);
    }
    const type = value instanceof GoInteger ? typeOf(value) : undefined;
    for (let at = 0n; at < whole; at += 1n) {
      const step = type === undefined ? at : new GoInteger(type, at);
      if (this.#iteration({ key: null, value: step, isBoxed: false }, node) === "break") break;
    }
    return whole > 0n;
  }

  #iteration(
    element: { readonly key: GoValue; readonly value: GoValue; readonly isBoxed: boolean },
    node: BranchNode,
  ): Jump {
    this.#eval.run.budget.spend(1);
    this.#setLoopVariables(element, node.pipe);
    const { mark } = this.#eval.variables;
    const jump = this.#withDot(element.value, element.isBoxed, node.list);
    this.#eval.variables.pop(mark);
    return jump;
  }

  #setLoopVariables(
    { key, value, isBoxed }: { key: GoValue; value: GoValue; isBoxed: boolean },
    { declared, isAssign }: PipeNode,
  ): void {
    const [first, second] = declared.map((variable) => variable.path[0] ?? "");
    if (first === undefined) return;
    if (isAssign) {
      if (second === undefined) this.#eval.assign(first, value, isBoxed);
      else {
        this.#eval.assign(first, key);
        this.#eval.assign(second, value, isBoxed);
      }
      return;
    }
    this.#eval.variables.setTop(1, value, isBoxed);
    if (second !== undefined) this.#eval.variables.setTop(2, key, false);
  }

  #call(dot: GoValue, node: TemplateNode): void {
    const evaluator: Evaluator = this.#eval;
    const root = this.#program.lookup(node.target ?? node.name);
    if (root === undefined) evaluator.fail(`template ${quoteGo(node.name)} not defined`);
    evaluator.run.budget.enter();
    const argument = node.pipe === undefined ? null : evaluator.pipeline(dot, node.pipe);
    const { variables, template, isDotBoxed } = evaluator;
    evaluator.variables = new Variables(argument, false);
    evaluator.template = node.name;
    evaluator.isDotBoxed = false;
    this.list(argument, root);
    evaluator.variables = variables;
    evaluator.template = template;
    evaluator.isDotBoxed = isDotBoxed;
    evaluator.node = node;
    evaluator.run.budget.leave();
  }
}
