/**
 * Contextual escaping, as Go's `html/template` does it.
 *
 * The literal text of a template is HTML. Following it through a state machine tells in which context
 * each action stands (text, an attribute, a URL in an attribute, a string in a script, …), and from that
 * follows how its value is escaped. Contexts do not depend on data, so this is done once for a text:
 * branches must end in the same context, a loop must end where it starts, and a template that is called
 * from several contexts gets a variant for each. A recursive template is assumed to end in the context
 * that it starts in; if that turns out wrong, it is escaped once more from where it ended, as Go does.
 *
 * Every reachable template is checked, also in branches that are never taken.
 */
import { placeOf } from "../exec/place.ts";
import type {
  ActionNode,
  BranchNode,
  ListNode,
  StatementNode,
  TemplateNode,
  TemplateSyntaxNode,
} from "../parse/nodes.ts";
import { quoteGo } from "../../text/index.ts";
import { TemplateFailure } from "../problem.ts";
import { HtmlError, nudged, printContext, sameContext, TEXT, type Context } from "./context.ts";
import { escapeTextNode } from "./escape-text-node.ts";
import { ActionError, escapeAction } from "./pipeline.ts";

/** Nodes that may be looked at: trial runs of recursive templates in loops could multiply. */
const WORK_MAX = 300_000;

export type Lookup = (name: string) => ListNode | undefined;

export interface EscapedTemplates {
  readonly root: ListNode;
  readonly lookup: Lookup;
}

/** The statement is where the context goes to next, with what it has become. */
interface Escaped<Node> {
  readonly context: Context;
  readonly node: Node;
}

/** A failure on the way: `line` stands for the node when Go names only a line. */
class EscapeFailure extends Error {
  readonly node: TemplateSyntaxNode | undefined;
  line: number | undefined;

  constructor(reason: string, node?: TemplateSyntaxNode) {
    super(reason);
    this.node = node;
  }
}

/** Jumps out of the loop that is being escaped. */
interface Loop {
  readonly breaks: { readonly context: Context; readonly node: StatementNode }[];
  readonly continues: { readonly context: Context; readonly node: StatementNode }[];
}

/** What is known of template variants: where they end and what their bodies became. */
interface Knowledge {
  readonly outcomes: Map<string, Context>;
  readonly bodies: Map<string, ListNode>;
  readonly called: Set<string>;
}

export class HtmlEscaper {
  readonly #lookup: Lookup;
  #known: Knowledge = { outcomes: new Map(), bodies: new Map(), called: new Set() };
  #loop: Loop | undefined;
  #work = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  /** Escapes a template and all that it calls. @throws TemplateFailure of stage `escape` */
  escape(name: string): EscapedTemplates {
    try {
      const { context, key } = this.#template(TEXT, name, undefined);
      if (context.state !== "Text") {
        throw new EscapeFailure(`ends in a non-text context: ${printContext(context)}`);
      }
      const { bodies } = this.#known;
      const root = bodies.get(key);
      if (root === undefined) throw new EscapeFailure(`no such template ${quoteGo(name)}`);
      return { root, lookup: (target) => bodies.get(target) };
    } catch (error) {
      throw asTemplateFailure(error);
    }
  }

  #template(
    context: Context,
    name: string,
    node: TemplateNode | undefined,
  ): { context: Context; key: string } {
    const key = context.state === "Text" ? name : `${name}$${printContext(context)}`;
    this.#known.called.add(key);
    const known = this.#known.outcomes.get(key);
    if (known !== undefined) return { context: known, key };
    const body = this.#lookup(name);
    if (body === undefined) throw new EscapeFailure(`no such template ${quoteGo(name)}`, node);
    return { context: this.#outcome(context, { key, name, body }), key };
  }

  /** Where a template ends that starts in a context; see the header for recursive ones. */
  #outcome(start: Context, template: { key: string; name: string; body: ListNode }): Context {
    const first = this.#tryBody(start, { ...template, assumed: start });
    if (first.isRight) return first.context;
    const second = this.#tryBody(first.context, { ...template, assumed: first.context });
    if (second.isRight) return second.context;
    const { name, body } = template;
    throw new EscapeFailure(`cannot compute output context for template ${name}`, body);
  }

  /** Escapes a body under an assumption on where it ends, and keeps what came out if it was right. */
  #tryBody(
    start: Context,
    { key, body, assumed }: { key: string; body: ListNode; assumed: Context },
  ): { readonly context: Context; readonly isRight: boolean } {
    const before = this.#known;
    this.#known = {
      outcomes: new Map(before.outcomes).set(key, assumed),
      bodies: new Map(before.bodies),
      called: new Set(),
    };
    this.#spend(before.outcomes.size + before.bodies.size);
    const loop = this.#loop;
    this.#loop = undefined;
    const { context, node } = this.#list(start, body);
    this.#loop = loop;
    const isRight = !this.#known.called.has(key) || sameContext(assumed, context);
    if (!isRight) {
      this.#known = before;
      return { context, isRight };
    }
    this.#known.outcomes.set(key, context);
    this.#known.bodies.set(key, node);
    for (const name of before.called) this.#known.called.add(name);
    return { context, isRight };
  }

  #spend(work: number): void {
    this.#work += work;
    if (this.#work > WORK_MAX) throw new EscapeFailure("template is too complex to escape");
  }

  #list(start: Context, list: ListNode): Escaped<ListNode> {
    let context = start;
    const nodes: StatementNode[] = [];
    for (const node of list.nodes) {
      const escaped = this.#statement(context, node);
      context = escaped.context;
      nodes.push(escaped.node);
      if (context.state === "Dead") break;
    }
    return { context, node: { ...list, nodes } };
  }

  #statement(context: Context, node: StatementNode): Escaped<StatementNode> {
    this.#spend(1);
    switch (node.kind) {
      case "text": {
        const escaped = escapeTextNode(context, node.text);
        return { context: escaped.context, node: { ...node, text: escaped.text } };
      }
      case "action":
        return this.#action(context, node);
      case "template": {
        const called = this.#template(context, node.name, node);
        return { context: called.context, node: { ...node, target: called.key } };
      }
      case "if":
      case "with":
        return this.#branch(context, node);
      case "range":
        return this.#range(context, node);
      case "break":
        this.#loop?.breaks.push({ context, node });
        return { context: { ...TEXT, state: "Dead" }, node };
      case "continue":
        this.#loop?.continues.push({ context, node });
        return { context: { ...TEXT, state: "Dead" }, node };
      case "comment":
        return { context, node };
    }
  }

  #action(start: Context, node: ActionNode): Escaped<StatementNode> {
    if (node.pipe.declared.length > 0) return { context: start, node };
    let context = nudged(start);
    if (context.state === "Tag") context = { ...context, state: "AttrName" };
    const escaped = escapedAt(context, node);
    // A slash behind a value divides.
    if (context.state === "JS") context = { ...context, js: "DivOp" };
    return { context, node: escaped };
  }

  #branch(start: Context, node: BranchNode): Escaped<StatementNode> {
    const list = this.#list(start, node.list);
    return this.#joined(start, node, list);
  }

  #joined(start: Context, node: BranchNode, list: Escaped<ListNode>): Escaped<StatementNode> {
    if (node.elseList === undefined) {
      const context = join(list.context, start, node);
      return { context, node: { ...node, list: list.node } };
    }
    const other = this.#list(start, node.elseList);
    const context = join(list.context, other.context, node);
    return { context, node: { ...node, list: list.node, elseList: other.node } };
  }

  /** The body may run again, from where it ends, so that must lead to the same place. */
  #range(start: Context, node: BranchNode): Escaped<StatementNode> {
    const list = this.#loopBody(start, node);
    if (sameContext(list.context, start)) return this.#joined(start, node, list);
    const again = this.#secondPass(list.context, node);
    return this.#joined(start, node, { ...list, context: again });
  }

  #secondPass(context: Context, node: BranchNode): Context {
    const { line } = placeOf(node);
    try {
      return join(context, this.#loopBody(context, node).context, node);
    } catch (error) {
      throw onLine(error, line, "on range loop re-entry: ");
    }
  }

  #loopBody(start: Context, node: BranchNode): Escaped<ListNode> {
    const outer = this.#loop;
    const loop: Loop = { breaks: [], continues: [] };
    this.#loop = loop;
    const list = this.#list(start, node.list);
    this.#loop = outer;
    let { context } = list;
    for (const [what, jumps] of [
      ["break", loop.breaks],
      ["continue", loop.continues],
    ] as const) {
      for (const jump of jumps) {
        try {
          context = join(context, jump.context, { ...node, pos: jump.node.pos });
        } catch (error) {
          throw onLine(error, placeOf(jump.node).line, `at range loop ${what}: `);
        }
      }
    }
    return { context, node: list.node };
  }
}

function escapedAt(context: Context, node: ActionNode): ActionNode {
  try {
    return escapeAction(context, node);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    throw new EscapeFailure(error.message, node);
  }
}

/** The context behind two ways to the same place. @throws EscapeFailure when they differ for good */
function join(left: Context, right: Context, node: BranchNode): Context {
  const joined = tryJoin(left, right);
  if (joined !== undefined) return joined;
  const contexts = `${printContext(left)}, ${printContext(right)}`;
  throw new EscapeFailure(`{{${node.kind}}} branches end in different contexts: ${contexts}`, node);
}

function tryJoin(left: Context, right: Context): Context | undefined {
  if (left.state === "Dead") return right;
  if (right.state === "Dead" || sameContext(left, right)) return left;
  if (sameContext({ ...left, urlPart: right.urlPart }, right)) {
    return { ...left, urlPart: "Unknown" };
  }
  if (sameContext({ ...left, js: right.js }, right)) return { ...left, js: "Unknown" };
  const [nudgedLeft, nudgedRight] = [nudged(left), nudged(right)];
  const isNew = !sameContext(nudgedLeft, left) || !sameContext(nudgedRight, right);
  return isNew ? tryJoin(nudgedLeft, nudgedRight) : undefined;
}

/** Names the line of the loop and says that the loop is what is wrong. */
function onLine(error: unknown, line: number, prefix: string): unknown {
  if (error instanceof HtmlError || error instanceof EscapeFailure) {
    const failure = new EscapeFailure(
      prefix + error.message,
      error instanceof EscapeFailure ? error.node : undefined,
    );
    failure.line = error instanceof EscapeFailure ? (error.line ?? line) : line;
    return failure;
  }
  return error;
}

function asTemplateFailure(error: unknown): unknown {
  if (!(error instanceof EscapeFailure || error instanceof HtmlError)) {
    return error;
  }
  const node = error instanceof EscapeFailure ? error.node : undefined;
  const place = node === undefined ? undefined : placeOf(node);
  const line = place?.line ?? (error instanceof EscapeFailure ? error.line : undefined) ?? 0;
  const column = place?.column ?? 0;
  const file = node?.source.name ?? "";
  const where =
    place !== undefined ? `${file}:${line}:${column}:` : line > 0 ? `${file}:${line}:` : "";
  return new TemplateFailure({
    stage: "escape",
    message: `html/template:${where} ${error.message}`,
    file,
    line,
    column,
    at: "",
    limit: undefined,
  });
}
