import { field, optional, struct, text } from "../schema/index.ts";
import type { Draft, Report, StructShape } from "../schema/index.ts";

/** A button or menu under a message: it opens a URL, or sends its name and value back. */
export interface SlackAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly style: string;
  /** Empty when there is a URL, as `value`. */
  readonly name: string;
  readonly value: string;
  /** Undefined when there is a URL. */
  readonly confirm: SlackConfirmation | undefined;
}

export interface SlackConfirmation {
  readonly text: string;
  readonly title: string;
  readonly okText: string;
  readonly dismissText: string;
}

const confirmation: StructShape<SlackConfirmation> = struct<SlackConfirmation>(
  {
    text: field("text", text),
    title: field("title", text),
    okText: field("ok_text", text),
    dismissText: field("dismiss_text", text),
  },
  {
    check: (given, report) => {
      if (given.text === "") report('the confirmation\'s "text" is missing');
    },
  },
);

export const slackAction: StructShape<SlackAction> = struct<SlackAction>(
  {
    type: field("type", text),
    text: field("text", text),
    url: field("url", text),
    style: field("style", text),
    name: field("name", text),
    value: field("value", text),
    confirm: field("confirm", optional(confirmation)),
  },
  { check: checkAction },
);

function checkAction(action: Draft<SlackAction>, report: Report): void {
  if (action.type === "") report('the action\'s "type" is missing');
  if (action.text === "") report('the action\'s "text" is missing');
  if (action.url === "" && action.name === "") report('the action needs a "name" or "url"');
  if (action.url === "") return;
  action.name = "";
  action.value = "";
  action.confirm = undefined;
}
