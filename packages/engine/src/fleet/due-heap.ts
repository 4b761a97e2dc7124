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
  readonly #heap = new Heap<Due>(isBefore);
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

  /** Takes out the first that is due by time, ties by name. */
  takeNext(nowMs: number): TenantId | undefined {
    if (this.nextMs > nowMs) return undefined;
    const first = this.#heap.pop();
    if (first !== undefined) this.#armed.delete(first.id);
    return first?.id;
  }

  #dropStale(): void {
    for (;;) {
      const first = this.#heap.first;
      if (first === undefined || this.#armed.get(first.id) === first.dueMs) return;
      this.#heap.pop();
    }
  }
}

function isBefore(left: Due, right: Due): boolean {
  return left.dueMs === right.dueMs ? left.id < right.id : left.dueMs < right.dueMs;
}
