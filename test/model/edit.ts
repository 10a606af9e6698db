/** Changes that a person makes to a program. Each leaves a program that is valid: one resource for a key. */
import {
  type Declared,
  type FieldName,
  type Fields,
  isSet,
  type Members,
  type Options,
  ownersOf,
  type Program,
  placed,
} from "./program";

export type Edit =
  | {
      readonly do: "declare";
      readonly name: string;
      readonly key: string;
      readonly fields: Fields;
    }
  | { readonly do: "set field"; readonly key: string; readonly field: FieldName; readonly value: Fields[FieldName] }
  | { readonly do: "drop field"; readonly key: string; readonly field: FieldName }
  | { readonly do: "rename"; readonly from: string; readonly to: string; readonly alias: boolean }
  | { readonly do: "re-key"; readonly key: string; readonly to: string }
  | { readonly do: "swap"; readonly key: string; readonly with: string }
  | { readonly do: "move"; readonly key: string; readonly to: string }
  | { readonly do: "remove"; readonly name: string }
  | { readonly do: "option"; readonly name: string; readonly option: keyof Switches; readonly on: boolean }
  | { readonly do: "ignore"; readonly name: string; readonly field: FieldName; readonly on: boolean };

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
      return owners.has(edit.key) ? program : put(program, edit.name, edit.key, edit.fields);
    case "set field":
      return changeMember(program, edit.key, (fields) => ({ ...fields, [edit.field]: edit.value }));
    case "drop field":
      return changeMember(program, edit.key, ({ [edit.field]: _dropped, ...rest }) => rest);
    case "rename":
      return rename(program, edit.from, edit.to, edit.alias);
    case "re-key":
      return owners.has(edit.to) ? program : mapKeys(program, (key) => (key === edit.key ? edit.to : key));
    case "swap":
      return mapKeys(program, (key) => (key === edit.key ? edit.with : key === edit.with ? edit.key : key));
    case "move":
      return move(program, edit.key, edit.to);
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
  const keys = [...ownersOf(program).keys()];
  const names = Object.keys(program);
  switch (edit.do) {
    case "declare":
      return edit;
    case "rename":
      return {
        ...edit,
        from: oneOf(
          names.filter((name) => isSet(name) === isSet(edit.to)),
          edit.from,
        ),
      };
    case "swap":
      return {
        ...edit,
        key: oneOf(keys, edit.key),
        with: oneOf(
          keys.filter((key) => key !== edit.key),
          edit.with,
        ),
      };
    case "remove":
    case "option":
    case "ignore":
      return { ...edit, name: oneOf(names, edit.name) };
    default:
      return { ...edit, key: oneOf(keys, edit.key) };
  }
}

function oneOf(there: readonly string[], wanted: string): string {
  const sum = [...wanted].reduce((total, character) => total + character.charCodeAt(0), 0);
  return there.includes(wanted) ? wanted : (there[sum % there.length] ?? wanted);
}

/** Declares a subject: by a resource of its own, which then has no other, or as one more of a set. */
function put(program: Program, name: string, key: string, fields: Fields): Program {
  const { members = {}, options = {} } = program[name] ?? {};
  // A new resource of this name makes the name useless as an alias.
  const others = program[name] === undefined ? mapValues(program, (other) => withoutAlias(other, name)) : program;
  return { ...others, [name]: { members: { ...(isSet(name) && members), [key]: fields }, options } };
}

function rename(program: Program, from: string, to: string, alias: boolean): Program {
  const { [from]: declared, ...rest } = program;
  if (declared === undefined || program[to] !== undefined || isSet(from) !== isSet(to)) return program;
  const { aliases = [], ...options } = declared.options;
  const known = alias ? [from, ...aliases].filter((name) => name !== to) : [];
  const others = mapValues(rest, (other) => withoutAlias(other, to));
  return { ...others, [to]: { ...declared, options: { ...options, aliases: known } } };
}

function move(program: Program, key: string, to: string): Program {
  const from = ownersOf(program).get(key);
  const fields = from === undefined ? undefined : program[from]?.members[key];
  if (from === undefined || fields === undefined || from === to) return program;
  if (!isSet(to) && program[to] !== undefined) return program;
  const left = isSet(from)
    ? changeMembers(program, from, ({ [key]: _moved, ...rest }) => rest)
    : without(program, from);
  return put(left, to, key, fields);
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
