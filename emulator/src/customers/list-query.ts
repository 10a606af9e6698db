/** The query of the list of customers. */
export interface ListQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly order: "ASC" | "DESC";
  readonly orderBy: "id" | "name" | "createdAt";
  readonly includeDeleted: boolean;
  readonly key?: string;
  readonly name?: string;
  readonly primaryEmail?: string;
  readonly subject?: string;
  readonly planKey?: string;
}

/** `bound`: refused when the parameters are bound, before the schema validator sees them. */
export interface QueryRefusal {
  readonly bound: boolean;
  readonly detail: string;
}

const MAX_PAGE_SIZE = 1000;
const ORDERS = ["ASC", "DESC"] as const;
const FIELDS = ["id", "name", "createdAt"] as const;
const TRUE = ["1", "t", "T", "TRUE", "true", "True"];
const FALSE = ["0", "f", "F", "FALSE", "false", "False"];

/** Reads a query as the server does: binds every parameter to its type, then has the validator look at each. */
export function readListQuery(path: string): ListQuery | { readonly refusal: QueryRefusal } {
  const given = readParameters(path);
  const wrong = notBound(given) ?? invalid(given);
  if (wrong !== undefined) {
    return { refusal: wrong };
  }
  const text = (name: "key" | "name" | "primaryEmail" | "subject" | "planKey") => {
    const value = given.get(name)?.[0];
    return value !== undefined && { [name]: value };
  };
  return {
    page: Number(given.get("page")?.[0] ?? 1),
    pageSize: Number(given.get("pageSize")?.[0] ?? 100),
    order: ORDERS.find((order) => order === given.get("order")?.[0]) ?? "ASC",
    orderBy: FIELDS.find((field) => field === given.get("orderBy")?.[0]) ?? "name",
    includeDeleted: TRUE.includes(given.get("includeDeleted")?.[0] ?? ""),
    ...text("key"),
    ...text("name"),
    ...text("primaryEmail"),
    ...text("subject"),
    ...text("planKey"),
  };
}

/** The parameters by name. Go drops what it cannot decode, and a semicolon makes it drop the whole pair. */
function readParameters(path: string): Map<string, string[]> {
  const query = path.includes("?") ? path.slice(path.indexOf("?") + 1) : "";
  const given = new Map<string, string[]>();
  for (const pair of query.split("&")) {
    if (pair === "" || pair.includes(";") || /%(?![0-9a-fA-F]{2})/.test(pair)) {
      continue;
    }
    const [name = "", ...value] = pair.split("=");
    const decoded = decode(name);
    given.set(decoded, [...(given.get(decoded) ?? []), decode(value.join("="))]);
  }
  return given;
}

function decode(text: string): string {
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** Each parameter with what Go's parser minds about it, in the order in which they are bound. */
const BINDINGS: readonly (readonly [string, (value: string) => string | undefined])[] = [
  ["page", integerMistake],
  ["pageSize", integerMistake],
  ["order", () => undefined],
  ["orderBy", () => undefined],
  ["includeDeleted", booleanMistake],
  ["key", () => undefined],
  ["name", () => undefined],
  ["primaryEmail", () => undefined],
  ["subject", () => undefined],
  ["planKey", () => undefined],
];

function notBound(given: ReadonlyMap<string, readonly string[]>): QueryRefusal | undefined {
  for (const [name, mistakeIn] of BINDINGS) {
    const values = given.get(name) ?? [];
    const mistake =
      values.length > 1
        ? `parameter '${name}' is not exploded, but is specified multiple times`
        : values.flatMap((value) => mistakeIn(value) ?? [])[0];
    if (mistake !== undefined) {
      const detail = `invalid param format ${name}: Invalid format for parameter ${name}: ${mistake}`;
      return { bound: true, detail };
    }
  }
  return undefined;
}

function integerMistake(value: string): string | undefined {
  const why = !/^[+-]?\d+$/.test(value)
    ? "invalid syntax"
    : BigInt(value) > 2n ** 63n - 1n || BigInt(value) < -(2n ** 63n)
      ? "value out of range"
      : undefined;
  return why && `error binding string parameter: strconv.ParseInt: parsing ${JSON.stringify(value)}: ${why}`;
}

function booleanMistake(value: string): string | undefined {
  return [...TRUE, ...FALSE].includes(value)
    ? undefined
    : `error binding string parameter: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
}

function invalid(given: ReadonlyMap<string, readonly string[]>): QueryRefusal | undefined {
  const reasons = [
    numberReason(given, "page", Number.POSITIVE_INFINITY),
    numberReason(given, "pageSize", MAX_PAGE_SIZE),
    choiceReason(given, "order", ORDERS),
    choiceReason(given, "orderBy", FIELDS),
    expandReason(given.get("expand")),
  ];
  const detail = reasons.find((reason) => reason !== undefined);
  return detail === undefined ? undefined : { bound: false, detail };
}

function numberReason(given: ReadonlyMap<string, readonly string[]>, name: string, max: number): string | undefined {
  const [value] = given.get(name) ?? [];
  const bound =
    value === undefined
      ? undefined
      : Number(value) < 1
        ? "at least 1"
        : Number(value) > max
          ? `at most ${max}`
          : undefined;
  return bound && `parameter "${name}" in query has an error: number must be ${bound}`;
}

function choiceReason(
  given: ReadonlyMap<string, readonly string[]>,
  name: string,
  choices: readonly string[],
): string | undefined {
  const [value] = given.get(name) ?? [];
  const reason = `value is not one of the allowed values ${JSON.stringify(choices)}`;
  if (value === undefined || choices.includes(value)) {
    return undefined;
  }
  // The schema of `order` is put together of others, of which the validator speaks alone.
  return name === "order" ? reason : `parameter "${name}" in query has an error: ${reason}`;
}

/** What is wrong with `expand`, which GET of one customer takes as well. */
export function expandReason(values: readonly string[] | undefined): string | undefined {
  const start = `parameter "expand" in query has an error:`;
  if (values === undefined || values.every((value) => value === "subscriptions")) {
    return undefined;
  }
  return values[0] === ""
    ? `${start} empty value is not allowed`
    : `${start} Error at "/${values.findIndex((value) => value !== "subscriptions")}": value is not one of the allowed values ["subscriptions"]`;
}

/** What is wrong with the query of a GET of one customer. */
export function invalidExpand(path: string): string | undefined {
  return expandReason(readParameters(path).get("expand"));
}
