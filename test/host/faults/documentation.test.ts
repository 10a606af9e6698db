import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { inShort } from "./documentation";
import { table } from "./table";

const file = join(__dirname, "../../../docs/maintainers/fault-table.md");
const start = "\n| ending |";

it("docs/maintainers/fault-table.md holds the table (vitest --update writes it)", async () => {
  const [before = ""] = (await readFile(file, "utf8")).split(start, 1);
  await expect(`${before}\n${inShort(table)}\n`).toMatchFileSnapshot(file);
});
