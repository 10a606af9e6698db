/** Changes that a person makes to a program. Each leaves a program that is valid: one resource for a key, and one customer for a subject. */
import type { JsonValue } from "openmeter-emulator";
import { type Fields, kindOf, texts } from "./kinds";
import { type Declared, isSet, type Members, namedFor, type Options, ownersOf, type Program, placed } from "./program";
import { kindOfKey, placeOf } from "./servers";

export type Edit =
  | {
      readonly do: "declare";
      readonly name: string;
      readonly key: string;
      readonly fields: Fields;
    }
  | { readonly do: "set field"; readonly key: string; readonly field: string; readonly value: JsonValue }
  | { readonly do: "drop field"; readonly key: string; readonly field: string }
  /** A subject key goes to a customer, wherever it has been. */
  | { readonly do: "give"; readonly subjectKey: string; readonly key: string }
  /** Two customers get each other's subject keys. */
  | { readonly do: "exchange"; readonly key: string; readonly with: string }
  | { readonly do: "rename"; readonly from: string; readonly to: string; readonly alias: boolean }
  | { readonly do: "re-key"; readonly key: string; readonly to: string }
  | { readonly do: "swap"; readonly key: string; readonly with: string }
  | { readonly do: "move"; readonly key: string; readonly to: string }
  /** An object leaves the program, with its resource where that has no other. */
  | { readonly do: "leave"; readonly key: string }
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "option"; readonly name: string; readonly option: keyof Switches; readonly on: boolean }
  | { readonly do: "ignore"; readonly name: string; readonly field: string; readonly on: boolean };

type Switches = Required<Pick<Options, "protect" | "retainOnDelete" | "keepsUndeclared" | "ownProvider" | "elsewhere">>;

/** The program after an edit; the same where the edit has nothing to take hold of. What changes hands goes to the account of its new resource. */
export function edited(program: Program, asked: Edit): Program {
  return placed(changed(program, asked)) ?? program;
}

function changed(program: Program, asked: Edit): Program {
  const edit = aimed(program, asked);
  const owners = ownersOf(program);
  switch (edit.do) {
    case "declare":
      return owners.has(edit.key) ? program : put(program, namedFor(edit.name, edit.key), edit.key, edit.fields);
    case "set field":
      return changeMember(program, edit.key, (fields) => ({ ...fields, [edit.field]: edit.value }));
    case "drop field":
      return changeMember(program, edit.key, ({ [edit.field]: _dropped, ...rest }) => rest);
    case "give":
      return give(program, edit.subjectKey, edit.key);
    case "exchange":
      return edit.key === edit.with ? program : exchange(program, edit.key, edit.with);
    case "rename":
      return rename(program, edit.from, edit.to, edit.alias);
    case "re-key":
      return owners.has(edit.to) || keepsKey(program, edit.key)
        ? program
        : mapKeys(program, (key) => (key === edit.key ? edit.to : key));
    case "swap":
      if (keepsKey(program, edit.key) || keepsKey(program, edit.with)) {
        return program;
      }
      return mapKeys(program, (key) => (key === edit.key ? edit.with : key === edit.with ? edit.key : key));
    case "move":
      return kindOf(edit.to) === kindOfKey(edit.key) ? move(program, edit.key, edit.to) : program;
    case "leave":
      return leave(program, edit.key);
    case "remove":
      return without(program, edit.name);
    case "option":
      return changeOptions(program, edit.name, (options) => ({ ...options, [edit.option]: edit.on }));
    case "ignore":
      return isSet(edit.name)
        ? program
        : changeOptions(program, edit.name, ({ ignoreChanges = [], ...options }) => ({
            ...options,
            ignoreChanges: [...ignoreChanges.filter((field) => field !== edit.field), ...(edit.on ? [edit.field] : [])],
          }));
  }
}

/** An edit of what is not declared is one of something that is: most edits of a small program should do something. */
function aimed(program: Program, edit: Edit): Edit {
  const all = [...ownersOf(program).keys()];
  const keysOf = (like: string) => all.filter((key) => kindOfKey(key) === kindOfKey(like));
  const names = Object.keys(program);
  const namesOf = (like: string) => names.filter((name) => kindOf(name) === kindOf(like));
  switch (edit.do) {
    case "declare":
      return edit;
    case "rename":
      return {
        ...edit,
        from: oneOf(
          namesOf(edit.to).filter((name) => isSet(name) === isSet(edit.to)),
          edit.from,
        ),
      };
    case "swap":
    case "exchange":
      return {
        ...edit,
        key: oneOf(keysOf(edit.key), edit.key),
        with: oneOf(
          keysOf(edit.key).filter((key) => key !== edit.key),
          edit.with,
        ),
      };
    case "remove":
    case "option":
    case "ignore":
      return { ...edit, name: oneOf(namesOf(edit.name), edit.name) };
    default:
      return { ...edit, key: oneOf(keysOf(edit.key), edit.key) };
  }
}

function oneOf(there: readonly string[], wanted: string): string {
  const sum = [...wanted].reduce((total, character) => total + character.charCodeAt(0), 0);
  return there.includes(wanted) ? wanted : (there[sum % there.length] ?? wanted);
}

/** Declares an object: by a resource of its own, which then has no other, or as one more of a set. */
function put(program: Program, name: string, key: string, fields: Fields): Program {
  const { members = {}, options = {} } = program[name] ?? {};
  // A new resource of this name makes the name useless as an alias.
  const others = program[name] === undefined ? mapValues(program, (other) => withoutAlias(other, name)) : program;
  return { ...others, [name]: { members: { ...(isSet(name) && members), [key]: fields }, options } };
}

/** Whether a resource has this key for good. */
function keepsKey(program: Program, key: string): boolean {
  const name = ownersOf(program).get(key);
  return name !== undefined && !isSet(name) && kindOf(name).keepsKey;
}

function give(program: Program, subjectKey: string, key: string): Program {
  const taken = mapValues(program, (declared) => ({
    ...declared,
    members: mapFields(declared.members, (fields, one) =>
      placeOf(one).isElsewhere === placeOf(key).isElsewhere && fields.subjectKeys !== undefined
        ? { ...fields, subjectKeys: texts(fields.subjectKeys).filter((other) => other !== subjectKey) }
        : fields,
    ),
  }));
  return changeMember(taken, key, (fields) => ({
    ...fields,
    subjectKeys: inOrder([...texts(fields.subjectKeys), subjectKey]),
  }));
}

function exchange(program: Program, key: string, other: string): Program {
  const keysOf = (one: string) => program[ownersOf(program).get(one) ?? ""]?.members[one]?.subjectKeys ?? [];
  const [own, theirs] = [keysOf(key), keysOf(other)];
  const given = changeMember(program, key, (fields) => ({ ...fields, subjectKeys: theirs }));
  return changeMember(given, other, (fields) => ({ ...fields, subjectKeys: own }));
}

/** Subject keys in the order in which OpenMeter has them. */
export function inOrder(subjectKeys: readonly string[]): string[] {
  return [...new Set(subjectKeys)].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

function rename(program: Program, from: string, name: string, alias: boolean): Program {
  const { [from]: declared, ...rest } = program;
  const to = namedFor(name, Object.keys(declared?.members ?? {})[0] ?? "");
  if (declared === undefined || program[to] !== undefined || isSet(from) !== isSet(to)) return program;
  const { aliases = [], ...options } = declared.options;
  const known = alias ? [from, ...aliases].filter((name) => name !== to) : [];
  const others = mapValues(rest, (other) => withoutAlias(other, to));
  return { ...others, [to]: { ...declared, options: { ...options, aliases: known } } };
}

function move(program: Program, key: string, name: string): Program {
  const to = namedFor(name, key);
  const from = ownersOf(program).get(key);
  const fields = from === undefined ? undefined : program[from]?.members[key];
  if (from === undefined || fields === undefined || from === to) return program;
  if (!isSet(to) && program[to] !== undefined) return program;
  return put(leave(program, key), to, key, fields);
}

function leave(program: Program, key: string): Program {
  const name = ownersOf(program).get(key);
  if (name === undefined) return program;
  return isSet(name) ? changeMembers(program, name, ({ [key]: _left, ...rest }) => rest) : without(program, name);
}

function mapFields(members: Members, change: (fields: Fields, key: string) => Fields): Members {
  return Object.fromEntries(Object.entries(members).map(([key, fields]) => [key, change(fields, key)]));
}

function mapKeys(program: Program, change: (key: string) => string): Program {
  return mapValues(program, (declared) => ({
    ...declared,
    members: Object.fromEntries(Object.entries(declared.members).map(([key, fields]) => [change(key), fields])),
  }));
}

function changeMember(program: Program, key: string, change: (fields: Fields) => Fields): Program {
  const name = ownersOf(program).get(key);
  if (name === undefined) return program;
  return changeMembers(program, name, (members) => ({ ...members, [key]: change(members[key] ?? {}) }));
}

function changeMembers(program: Program, name: string, change: (members: Members) => Members): Program {
  const declared = program[name];
  return declared === undefined ? program : { ...program, [name]: { ...declared, members: change(declared.members) } };
}

function changeOptions(program: Program, name: string, change: (options: Options) => Options): Program {
  const declared = program[name];
  return declared === undefined ? program : { ...program, [name]: { ...declared, options: change(declared.options) } };
}

function without(program: Program, name: string): Program {
  const { [name]: _gone, ...rest } = program;
  return rest;
}

function withoutAlias(declared: Declared, name: string): Declared {
  const { aliases = [], ...options } = declared.options;
  return { ...declared, options: { ...options, aliases: aliases.filter((alias) => alias !== name) } };
}

function mapValues(program: Program, change: (declared: Declared) => Declared): Program {
  return Object.fromEntries(Object.entries(program).map(([name, declared]) => [name, change(declared)]));
}
