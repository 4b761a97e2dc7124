import { readStatus } from "../client/models.ts";
import { GET_STATUS } from "../client/operations.ts";
import { formatterFor } from "../output/formatter.ts";
import type { Action } from "../program/command-context.ts";

export const CLUSTER_HELP = "Show the state of the cluster and its peers.";

/** `cluster show`: the cluster as the asked server sees it. */
export const clusterShow: Action = {
  command: { name: "show", isDefault: true, help: CLUSTER_HELP },
  async run({ values, around, connect }) {
    const connection = await connect();
    const { cluster } = await connection.call(GET_STATUS, readStatus);
    const formatter = formatterFor(values.text("output"), values.text("date.format"));
    around.writeOut(formatter.cluster(cluster));
  },
};
