/** What is wrong with a query. `bound`: found when the parameters are bound, before the schema validator sees them. */
export interface QueryRefusal {
  readonly bound: boolean;
  readonly detail: string;
}

/** What Go's parser, or the schema validator, minds about a parameter's value. */
export type Mistake = (value: string) => string | undefined;

/** The parameters of a query by name. */
export class Query {
  readonly #given = new Map<string, string[]>();

  /** Go drops what it cannot decode, and every pair with a semicolon. */
  constructor(path: string) {
    const query = path.includes("?") ? path.slice(path.indexOf("?") + 1) : "";
    for (const pair of query.split("&")) {
      if (pair === "" || pair.includes(";") || /%(?![0-9a-fA-F]{2})/.test(pair)) {
        continue;
      }
      const [name = "", ...value] = pair.split("=");
      const decoded = decode(name);
      this.#given.set(decoded, [...(this.#given.get(decoded) ?? []), decode(value.join("="))]);
    }
  }

  /** The value of a parameter, of which there is one. */
  get(name: string): string | undefined {
    return this.#given.get(name)?.[0];
  }

  getAll(name: string): readonly string[] | undefined {
    return this.#given.get(name);
  }

  /** What the server finds wrong first: it binds every parameter to its type, in order, then has the validator look at each. */
  check(
    bindings: readonly (readonly [string, Mistake])[],
    rules: readonly (readonly [string, Mistake])[],
  ): QueryRefusal | undefined {
    for (const [name, mistakeIn] of bindings) {
      const mistake = this.#bindingMistake(name, mistakeIn);
      if (mistake !== undefined) {
        const detail = `invalid param format ${name}: Invalid format for parameter ${name}: ${mistake}`;
        return { bound: true, detail };
      }
    }
    for (const [name, mistakeIn] of rules) {
      const value = this.get(name);
      const detail = value === undefined ? undefined : mistakeIn(value);
      if (detail !== undefined) {
        return { bound: false, detail };
      }
    }
    return undefined;
  }

  #bindingMistake(name: string, mistakeIn: Mistake): string | undefined {
    const [first, ...others] = this.#given.get(name) ?? [];
    if (others.length > 0) {
      return `parameter '${name}' is not exploded, but is specified multiple times`;
    }
    return first === undefined ? undefined : mistakeIn(first);
  }
}

function decode(text: string): string {
  const bytes = text
    .replaceAll("+", " ")
    .replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

const INTEGER_MAX = 2n ** 63n - 1n;

export const integer: Mistake = (value) => {
  const start = `error binding string parameter: strconv.ParseInt: parsing ${JSON.stringify(value)}:`;
  if (!/^[+-]?\d+$/.test(value)) {
    return `${start} invalid syntax`;
  }
  const parsed = BigInt(value.replace(/^\+/, ""));
  return parsed > INTEGER_MAX || parsed < -INTEGER_MAX - 1n ? `${start} value out of range` : undefined;
};

const TRUE = ["1", "t", "T", "TRUE", "true", "True"];
const FALSE = ["0", "f", "F", "FALSE", "false", "False"];

export const boolean: Mistake = (value) =>
  [...TRUE, ...FALSE].includes(value)
    ? undefined
    : `error binding string parameter: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;

export function isTrue(value: string | undefined): boolean {
  return value !== undefined && TRUE.includes(value);
}

export const any: Mistake = () => undefined;

/** A number from 1 on. */
export function numberRule(name: string, max = Number.POSITIVE_INFINITY): readonly [string, Mistake] {
  const start = `parameter "${name}" in query has an error: number must be`;
  return [
    name,
    (value) =>
      Number(value) < 1 ? `${start} at least 1` : Number(value) > max ? `${start} at most ${max}` : undefined,
  ];
}

/** `detached`: the parameter's schema is put together of others, of which the validator speaks alone. */
export function choiceRule(
  name: string,
  choices: readonly string[],
  { detached = false } = {},
): readonly [string, Mistake] {
  const reason = `value is not one of the allowed values ${JSON.stringify(choices)}`;
  const detail = detached ? reason : `parameter "${name}" in query has an error: ${reason}`;
  return [name, (value) => (choices.includes(value) ? undefined : detail)];
}
