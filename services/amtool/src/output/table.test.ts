import { describe, expect, test } from "vitest";

import { layOut } from "./table.ts";

describe("layOut()", () => {
  test("makes a column as wide as its widest cell and two more", () => {
    expect(layOut("ID\tName\t\n12345\tx\t\n")).toBe("ID     Name  \n12345  x     \n");
  });

  test("gives an empty column two blanks", () => {
    expect(layOut("a\t\tb\t\nc\t\td\t\n")).toBe("a    b  \nc    d  \n");
  });

  test("puts what follows the last tab into no column", () => {
    expect(layOut("Address\tName\n127.0.0.1:9094\tn\t\n")).toBe(
      "Address         Name\n127.0.0.1:9094  n  \n",
    );
  });

  test("begins columns anew after a line without cells", () => {
    expect(layOut("long name\tx\n\na\ty\n")).toBe("long name  x\n\na  y\n");
  });

  test("counts characters, not UTF-16 units", () => {
    expect(layOut("𝄞é\tx\nabc\ty\n")).toBe("𝄞é   x\nabc  y\n");
  });
});
