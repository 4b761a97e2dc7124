import { Heap } from "@tocsin/foundation";
import type { TenantId } from "@tocsin/domain/model";

interface Due {
  readonly id: TenantId;
  readonly dueMs: number;
}

/**
 * Tenants by the instant at which their next group is due. Entries are dropped lazily: an entry counts
 * only while it is the one last armed for its tenant.
 */
export class DueHeap {
  readonly #heap = new Heap<Due>((left, right) => left.dueMs < right.dueMs);
  readonly #armed = new Map<TenantId, number>();

  get nextMs(): number {
    this.#dropStale();
    return this.#heap.first?.dueMs ?? Infinity;
  }

  /** Sets when this tenant is due next; Infinity for never. */
  arm(id: TenantId, dueMs: number): void {
    if (this.#armed.get(id) === dueMs) return;
    if (dueMs === Infinity) {
      this.#armed.delete(id);
      return;
    }
    this.#armed.set(id, dueMs);
    this.#heap.push({ id, dueMs });
  }

  remove(id: TenantId): void {
    this.#armed.delete(id);
  }

  /** Takes out all that are due, in order of time, ties by name. */
  takeDue(nowMs: number): readonly TenantId[] {
    const taken: Due[] = [];
    while (this.nextMs <= nowMs) {
      const first = this.#heap.pop();
      if (first === undefined) break;
      this.#armed.delete(first.id);
      taken.push(first);
    }
    taken.sort((a, b) => a.dueMs - b.dueMs || (a.id < b.id ? -1 : 1));
    return taken.map((due) => due.id);
  }

  #dropStale(): void {
    for (;;) {
      const first = this.#heap.first;
      if (first === undefined || this.#armed.get(first.id) === first.dueMs) return;
      this.#heap.pop();
    }
  }
}
