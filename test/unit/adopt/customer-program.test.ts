import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CustomersOfSubjects, customersOf } from "../../../provider/src/adopt/from-subjects";
import { programOf } from "../../../provider/src/adopt/program";
import { byKey, type Declarations, declarationsOf } from "../../../provider/src/adopt/selection";
import { marksProperty, resourceTypes } from "../../../provider/src/contract";
import { checkObjects } from "../../../provider/src/core/check";
import { claimedKeys } from "../../../provider/src/core/claims";
import type { Fields, LiveObject, RecordId } from "../../../provider/src/core/port";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { anyFields, oddName } from "../core/any-value";
import { declaredBy } from "./declared-by";

const baseUrl = "https://openmeter.example";
const allFields = Object.keys(customerKind.fields);

/** Texts that others may have stored: some break out of quotes, and some no check lets through. */
const oddText = fc.oneof(
  oddName,
  fc.constantFrom('"', "'", "`$" + "{boom}`", "\\", "\n", "*/", "\u2028", "</script>", "", "\0", "\ud800"),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);

const oddKey = fc.oneof(oddText, fc.constantFrom("k".repeat(256), "😀".repeat(256), "k".repeat(257), ".", ".."));

const customerFields = fc.record(
  {
    name: fc.oneof(oddText, fc.constant("n".repeat(300))),
    description: fc.oneof(oddText, fc.constant("d".repeat(1_025))),
    subjectKeys: fc.uniqueArray(oddKey, { maxLength: 3 }),
    primaryEmail: oddText,
    currency: fc.constantFrom("EUR", "USD", "btc"),
    billingAddress: fc.dictionary(
      fc.constantFrom("country", "city", "line1", "planet"),
      fc.constantFrom("DE", "Ulm", ""),
      {
        noNullPrototype: true,
      },
    ),
    metadata: fc.array(fc.tuple(oddText, oddText), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
    stripeCustomerId: fc.constantFrom("cus_1", "other"),
  },
  { requiredKeys: [], noNullPrototype: true },
) as fc.Arbitrary<Fields>; // a record without the keys that are not required

/** So many objects of an account. Few keys are free in it, so that subject keys are often those of others. */
function account(count: number, fields: fc.Arbitrary<Fields>): fc.Arbitrary<readonly LiveObject[]> {
  return fc
    .array(fc.record({ key: oddKey, fields }), { minLength: count, maxLength: count, size: "max" })
    .map((all) => {
      const keys = new Set<string>();
      return all.map(({ key: wanted, fields: has }, index) => {
        const key = keys.has(wanted) ? `${wanted}${index}` : wanted;
        keys.add(key);
        return { id: `id of ${key}` as RecordId, key, fields: has };
      });
    });
}

/** Holds that no customers of a program get the usage of one subject. */
function expectNoDisputes({ adopted }: Declarations): void {
  const claimed = adopted.flatMap(({ key, fields }) =>
    claimedKeys(customerKind, key, fields).map(({ space, key: one }) => `${space} ${JSON.stringify(one)}`),
  );
  expect(new Set(claimed).size).toBe(claimed.length);
}

/** Holds that the provider lets a program's customers through, as what they are, each as a resource of its own. */
async function expectSingles({ adopted }: Declarations, source: "customers" | "from-subjects"): Promise<void> {
  const options = source === "customers" ? { onExisting: "match" } : {};
  const declared = await declaredBy(programOf(adopted, { source, protect: true, baseUrl }));
  const found = declared.map(({ inputs: { __provider: _code, [marksProperty]: _marks, ...inputs } }) => inputs);
  expect(byKey(found.map((inputs) => ({ ...inputs, key: String(inputs.key) })))).toEqual(
    adopted.map(({ key, fields }) => ({ key, ...fields, ...options })),
  );
  expect(new Set(declared.map(({ name }) => name)).size).toBe(adopted.length);
}

/** The same in one set. */
async function expectSet(declarations: Declarations, source: "customers" | "from-subjects"): Promise<void> {
  const { adopted } = declarations;
  expectNoDisputes(declarations);
  const [set] = await declaredBy(programOf(adopted, { source, protect: false, baseUrl, set: "all" }));
  const { onExisting } = set?.inputs ?? {};
  expect([set?.type, onExisting]).toEqual([resourceTypes.customerSet, source === "customers" ? "match" : undefined]);
  expect(JSON.parse(String(set?.inputs.customers))).toEqual(
    Object.fromEntries(adopted.map(({ key, fields }) => [key, fields])),
  );
  const objects = new Map(adopted.map(({ key, fields }) => [key, fields]));
  expect(checkObjects(customerKind, objects, { secretKeys: false }).problems).toEqual([]);
}

describe("the program of customers", () => {
  it("declares exactly the customers as they are, whatever they are", async () => {
    await fc.assert(
      fc.asyncProperty(account(12, customerFields), async (customers) => {
        const declarations = declarationsOf(customerKind, customers, allFields);
        await expectSingles(declarations, "customers");
        await expectSet(declarations, "customers");
      }),
      { numRuns: 30 },
    );
  });

  it("declares 5,000 customers of odd values", async () => {
    const [customers = []] = fc.sample(account(5_000, customerFields), { numRuns: 1 });
    const declarations = declarationsOf(customerKind, customers, allFields);
    expect(declarations.adopted.length).toBeGreaterThan(3_000);
    await expectSet(declarations, "customers");
  });

  it("declares customers for the subjects of an account, whatever both are", async () => {
    await fc.assert(
      fc.asyncProperty(account(12, anyFields), account(12, customerFields), async (subjects, customers) => {
        const { objects } = customersOf(subjects, new CustomersOfSubjects(customers));
        const declarations = declarationsOf(customerKind, objects, allFields);
        await expectSingles(declarations, "from-subjects");
        await expectSet(declarations, "from-subjects");
      }),
      { numRuns: 30 },
    );
  });

  it("says on top what to do with the subjects of which it was made, and takes over what exists", () => {
    const adopted = [{ key: "a", fields: { name: "A", subjectKeys: ["a"] } }];
    const lines = programOf(adopted, { source: "from-subjects", protect: false, baseUrl }).split("\n");
    expect(lines[0]).toBe(
      "// 1 customer for subjects of https://openmeter.example, made by `pulumi-openmeter adopt --from-subjects`. Yours to edit.",
    );
    expect(lines.slice(-5)).toEqual([
      "//",
      'import { Customer } from "pulumi-openmeter";',
      "",
      'new Customer("a", { key: "a", name: "A", subjectKeys: ["a"] });',
      "",
    ]);
    expect(lines.join("\n")).toMatch(/remove displayName, metadata and stripeCustomerId there/);
  });
});
