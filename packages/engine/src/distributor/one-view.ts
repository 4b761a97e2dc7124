import { AppError } from "@tocsin/foundation";
import type { TenantId } from "@tocsin/domain/model";
import type { OwnerSets } from "@tocsin/domain/quorum";
import type { DistributorDeps } from "./context.ts";

const TRIES_MAX = 3;

/**
 * Runs a quorum operation until no newer view has given the tenant to others meanwhile. Owners with a newer
 * view make this instance adopt it and are asked again under it, and then yeses to two views are mixed,
 * which are a quorum of neither (A13), and who says no may be no owner any more. So the operation must be
 * one that may be repeated, and keep its own deadline.
 */
export async function underOneView<T>(
  { view }: Pick<DistributorDeps, "view">,
  tenant: TenantId,
  operate: (owners: OwnerSets) => Promise<T>,
): Promise<T> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const owners = view().owners(tenant);
    const stands = (): boolean => isSame(owners, view().owners(tenant));
    try {
      const result = await operate(owners);
      if (stands()) return result;
    } catch (error) {
      if (stands()) throw error;
    }
  }
  throw new AppError("unavailable", `Owners of "${tenant}" change too fast`);
}

function isSame(left: OwnerSets, right: OwnerSets): boolean {
  const text = ({ sets }: OwnerSets): string => sets.map((set) => set.join(",")).join(";");
  return left === right || text(left) === text(right);
}
