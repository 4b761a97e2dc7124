import { bool, field, listOf, optional, struct, text } from "../schema/index.ts";
import type { StructShape } from "../schema/index.ts";
import { checkTitledField } from "./slack.ts";

/** A titled value in a message or attachment. */
export interface MattermostField {
  readonly title: string;
  readonly value: string;
  readonly short: boolean | undefined;
}

/** An attachment of a message; every text is a template. */
export interface MattermostAttachment {
  readonly fallback: string;
  readonly color: string;
  readonly pretext: string;
  readonly text: string;
  readonly authorName: string;
  readonly authorLink: string;
  readonly authorIcon: string;
  readonly title: string;
  readonly titleLink: string;
  readonly fields: readonly (MattermostField | undefined)[] | undefined;
  readonly thumbUrl: string;
  readonly footer: string;
  readonly footerIcon: string;
  readonly imageUrl: string;
}

export const mattermostField: StructShape<MattermostField> = struct<MattermostField>(
  {
    title: field("title", text),
    value: field("value", text),
    short: field("short", optional(bool)),
  },
  { check: checkTitledField },
);

export const mattermostAttachment: StructShape<MattermostAttachment> = struct<MattermostAttachment>(
  {
    fallback: field("fallback", text),
    color: field("color", text),
    pretext: field("pretext", text),
    text: field("text", text),
    authorName: field("author_name", text),
    authorLink: field("author_link", text),
    authorIcon: field("author_icon", text),
    title: field("title", text),
    titleLink: field("title_link", text),
    fields: field("fields", listOf(optional(mattermostField), "a list of fields")),
    thumbUrl: field("thumb_url", text),
    footer: field("footer", text),
    footerIcon: field("footer_icon", text),
    imageUrl: field("image_url", text),
  },
);
