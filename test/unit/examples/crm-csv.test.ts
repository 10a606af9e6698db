import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, test } from "vitest";
import { readCustomers } from "../../../examples/crm-csv/customers";

const header = "account_id,name,email,plan,seats";

const folder = mkdtempSync(join(tmpdir(), "crm-csv-"));
const file = join(folder, "export.csv");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(csv: string | Buffer) {
  writeFileSync(file, csv);
  return readCustomers(file);
}

function refusal(csv: string | Buffer): string {
  try {
    return `accepted: ${JSON.stringify(read(csv))}`;
  } catch (error) {
    return String(error).replace(`Error: ${file}`, "export.csv");
  }
}

/** Of a file with these rows below the header. */
function problems(...rows: string[]): string[] {
  return refusal([header, ...rows].join("\n"))
    .split("\n  ")
    .slice(1);
}

const acme = {
  key: "acme",
  name: "Acme Inc.",
  primaryEmail: "a@acme.example",
  metadata: { plan: "team", seats: "12" },
};

describe("an export is read", () => {
  test.each([
    ["commas", `${header}\nacme,Acme Inc.,a@acme.example,team,12\n`],
    ["semicolons", `${header.replaceAll(",", ";")}\nacme;Acme Inc.;a@acme.example;team;12\n`],
    ["tabs", `${header.replaceAll(",", "\t")}\nacme\tAcme Inc.\ta@acme.example\tteam\t12\n`],
    [
      "the separator that Excel declares",
      `sep=;\r\n${header.replaceAll(",", ";")}\r\nacme;Acme Inc.;a@acme.example;team;12\r\n`,
    ],
    ["quoted cells", `"${header.replaceAll(",", ' ";"')}"\n"acme";"Acme Inc.";"a@acme.example";"team";"12"`],
    ["spaces around cells, quoted ones too", `${header}\n acme ," Acme Inc. ","a@acme.example ",team, 12\n`],
    ["columns that nobody asked for", `id,${header},note,note,\n1,acme,Acme Inc.,a@acme.example,team,12,a,b,\n`],
    ["UTF-8 with a mark", `\uFEFF${header}\nacme,Acme Inc.,a@acme.example,team,12`],
    [
      "UTF-16, as Excel's Unicode text",
      Buffer.from(`\uFEFF${header}\nacme,Acme Inc.,a@acme.example,team,12`, "utf16le"),
    ],
    [
      "UTF-16, big end first",
      Buffer.from(`\uFEFF${header}\nacme,Acme Inc.,a@acme.example,team,12`, "utf16le").swap16(),
    ],
    ["line ends of every kind", `${header}\r\nacme,Acme Inc.,a@acme.example,team,12\n\r`],
    ["rows without a value", `\n,,,,\n${header}\n\n,,,,\nacme,Acme Inc.,a@acme.example,team,12\n , ,,,\n,,\n`],
  ])("with %s", (_, csv) => {
    expect(read(csv)).toEqual([acme]);
  });

  it("in which names are in any script, and may have line ends", () => {
    const csv = `${header}\r\nmünchen,"Stadt\r\nMünchen 🏙️",,,\r\n`;
    expect(read(csv)).toEqual([{ key: "münchen", name: "Stadt\nMünchen 🏙️", metadata: {} }]);
  });
});

describe("an export is refused as a whole", () => {
  it("when it is not UTF-8, with the first such line", () => {
    const windows1252 = Buffer.from(`${header}\r\nacme,Acme,,,\r\nmünchen,München,,,\r\n`, "latin1");
    expect(refusal(windows1252)).toMatch(/^export\.csv cannot be used: line 3 is not UTF-8\. .*"CSV UTF-8".*iconv /);
    expect(refusal(Buffer.from(`${header}\nmünchen`).subarray(0, -6))).toContain("line 2 is not UTF-8");
  });

  it("when there is none", () => {
    expect(() => readCustomers(join(folder, "none.csv"))).toThrow("none.csv cannot be used: ENOENT");
  });

  it("when it has nobody in it", () => {
    expect(refusal(`${header}\n,,,,\n`)).toBe("export.csv cannot be used: it has no customers");
  });

  it("when a column is missing, with what was found", () => {
    expect(refusal("account_id:name\n")).toBe(
      'export.csv cannot be used: its header lacks account_id, name, email, plan, seats. It is ["account_id:name"], separated by ","',
    );
    expect(refusal("account_id;plan\n")).toMatch(
      /lacks name, email, seats.* It is \["account_id","plan"\], separated by ";"$/,
    );
    expect(refusal(header.replace("plan", "plan\u200B"))).toContain('"email","plan<U+200B>","seats"');
    for (const empty of ["", "\uFEFF\n", ",,,,\n"]) {
      expect(refusal(empty)).toBe("export.csv cannot be used: it is empty");
    }
  });

  it("when it has a column twice", () => {
    expect(refusal(`${header},name\nacme,Acme,,,,Other\n`)).toContain("its header has name more than once. It is");
  });

  it("when a quote is not closed, with its line", () => {
    expect(refusal(`${header}\n"a","A\r\nA",,,\n"b,B,,,\n`)).toMatch(/Quote Not Closed: .* line 4/);
  });
});

describe("a row is refused", () => {
  test.each([
    ["without a key", ",Nobody,,team,1", ["line 2: account_id is missing"]],
    ["without a name", "acme,,,team,1", ["line 2: name is missing"]],
    ["whose seats are not a number", "acme,Acme,,team,many", ["line 2: seats is not a number: many"]],
    ["whose email has no @", "acme,Acme,none,team,1", ["line 2: email is not one address: none"]],
    ["with two addresses", "acme,Acme,a@b.example;c@d.example,,", [expect.stringContaining("is not one address: a@b")]],
    [
      "whose email ends with what nobody sees",
      "acme,Acme,a@b\u200B,,",
      ["line 2: email is not one address: a@b<U+200B>"],
    ],
    ["that is too short", "acme,Acme", ["line 2: has 2 cell(s), and the header has 5"]],
    ["that is too long", "acme,Acme,,team,1,more", ["line 2: has 6 cell(s), and the header has 5"]],
  ])("%s", (_, row, expected) => {
    expect(problems(row)).toEqual(expected);
  });

  test.each([
    ["a zero-width space", "\u200B", "U+200B"],
    ["a soft hyphen", "\u00AD", "U+00AD"],
    ["a no-break space", "\u00A0", "U+00A0"],
    ["a tab", "\t", "U+0009"],
    ["a line end", "\n", "U+000A"],
    ["a letter that another program has lost", "\uFFFD", "U+FFFD"],
  ])("whose key has %s in it", (_, character, code) => {
    expect(problems(`"ac${character}me",Acme,,,`)).toEqual([
      `line 2: account_id contains invisible or broken characters: ac<${code}>me`,
    ]);
  });

  it("whose key or plan ends with what nobody sees", () => {
    expect(problems("acme\u200B,Acme,,team\u200B,")).toEqual([
      "line 2: account_id contains invisible or broken characters: acme<U+200B>",
      "line 2: plan contains invisible or broken characters: team<U+200B>",
    ]);
    expect(problems("acme corp,Acme,,team plus,")).toEqual([]);
  });

  it("whose key is on another line already", () => {
    expect(problems("acme,Acme,,,", "globex,Globex,,,", " acme,Twin,,,")).toEqual([
      "line 4: account_id acme is on line 2 already",
    ]);
  });

  it("with the line that it starts on, after rows of several lines and empty ones", () => {
    expect(
      problems('acme,"Acme\r\nInc.",,,\r', "\r", ",,,,\r", ',"No\r\nbody",,,\r', "globex,,,,").map((problem) =>
        problem.slice(0, 7),
      ),
    ).toEqual(["line 6:", "line 8:"]);
  });

  it("and counted beyond the twentieth", () => {
    const refused = problems(...Array.from({ length: 25 }, () => ",Nobody,,,"));
    expect(refused).toHaveLength(21);
    expect(refused.at(-1)).toBe("and 5 more");
  });
});
