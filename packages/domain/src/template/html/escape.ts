import type { ListNode } from "../parse/nodes.ts";
export class HtmlEscaper {
  readonly #lookup: (name: string) => ListNode | undefined;
  constructor(lookup: (name: string) => ListNode | undefined) { this.#lookup = lookup; }
  escape(name: string): { root: ListNode; lookup: (name: string) => ListNode | undefined } {
    return { root: this.#lookup(name) as ListNode, lookup: this.#lookup };
  }
}
