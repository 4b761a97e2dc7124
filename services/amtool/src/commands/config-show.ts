import { readStatus } from "../client/models.ts";
import { GET_STATUS } from "../client/operations.ts";
import { formatterFor } from "../output/formatter.ts";
import type { Action } from "../program/command-context.ts";

export const CONFIG_HELP = `Show the configuration that is loaded.

--output=simple shows the configuration, extended the version and the start of
the server as well, json all of its status.
`;

/** `config show`: the configuration of the asked server. */
export const configShow: Action = {
  command: { name: "show", isDefault: true, help: CONFIG_HELP },
  async run({ values, around, connect }) {
    const connection = await connect();
    const status = await connection.call(GET_STATUS, readStatus);
    const formatter = formatterFor(values.text("output"), values.text("date.format"));
    around.writeOut(formatter.status(status));
  },
};
