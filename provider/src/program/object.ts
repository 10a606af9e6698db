/** How a resource that is one object is made, whatever its kind. */
import { type CustomResource, type CustomResourceOptions, output } from "@pulumi/pulumi";
import { marksProperty } from "../contract";
import { claimsOf, type KeysBySpace, toldOf } from "../core/claims";
import type { Kind } from "../core/kind";
import { isPlainObject, mapValues } from "../json";
import {
  type Arguments,
  argumentProblems,
  guarded,
  holdsDeferred,
  isDeferred,
  refuse,
  secretArguments,
} from "./inputs";
import { isWritten, ownOptions, refuseImport, urnOf, warnOfIneffective } from "./options";
import { warnOfPlainKey } from "./plain-key";
import { refuseUnreachable } from "./reachable";
import { labelOf, type ObjectClass } from "./resource-class";
import { type Claims, noteConstructed } from "./run";
import { resumeTraces, retraced } from "./stack-traces";

/** A resource that a program makes. */
interface Made {
  readonly name: string;
  /** Its arguments, if any: with an id among the options it is a look-up, which declares nothing. */
  readonly args: Arguments;
  readonly options: CustomResourceOptions;
}

/** A resource before Pulumi's constructor has made it. */
export interface ObjectInMaking {
  readonly inputs: Arguments;
  readonly options: CustomResourceOptions;
  /** To be called when that constructor has thrown this, by which function of the program's. */
  failed(error: unknown, caller: abstract new (...args: never[]) => unknown): unknown;
  /** To be called when it is made. */
  made(resource: CustomResource): void;
}

/**
 * Begins to make a resource.
 *
 * @throws {RunError} that names all invalid arguments, or an option that cannot be carried out
 */
export function makeObject(objectClass: ObjectClass, { name, args, options }: Made): ObjectInMaking {
  const { kind, type, providerLine } = objectClass;
  const resource = labelOf(objectClass, name);
  refuseImport(resource, options);
  refuseUnreachable(resource);
  const isDeclared = options.id === undefined;
  const urn = urnOf(name, type, options.parent);
  const declared = isDeclared ? inputsOf(resource, args, urn) : {};
  const { stackTraceLimit } = Error;
  return {
    inputs: { ...outputsOf(kind), ...declared, __provider: providerLine },
    options: ownOptions(options),
    failed(error, caller) {
      resumeTraces(stackTraceLimit);
      return retraced(error, caller);
    },
    made(own) {
      resumeTraces(stackTraceLimit);
      if (isDeclared) {
        warnOfIneffective(resource, options);
        noteConstructed(own, { kind, claims: partsOf(kind, args, options), urn, name, type, parent: options.parent });
      }
    },
  };
}

/** Pulumi makes an output of each name that it is given. */
function outputsOf(kind: Kind): Arguments {
  return Object.fromEntries(["key", ...Object.keys(kind.fields), kind.names.id].map((name) => [name, undefined]));
}

function inputsOf(resource: string, args: Arguments, urn: string | Promise<string>): Arguments {
  refuse(argumentProblems(args), resource);
  warnOfPlainKey();
  const inputs = guarded(args, resource);
  const secrets = secretArguments(inputs);
  const marks = { urn, ...(secrets !== undefined && { secrets }) };
  return { ...mapValues(inputs, withoutText), [marksProperty]: marks };
}

/** Pulumi writes each input that is no output into a label, which metadata with a name `toString` would let fail. */
function withoutText(input: unknown): unknown {
  return isPlainObject(input) && Object.hasOwn(input, "toString") ? output(input) : input;
}

/** What an object claims: at once what is known of it, and the rest as it comes, since its key alone keeps it from being deleted. */
function partsOf(kind: Kind, args: Arguments, options: CustomResourceOptions): readonly Claims[] {
  const { key } = args;
  const field = kind.attribution?.field;
  const isPartial = field !== undefined && holdsDeferred(args[field]);
  const claimed = (own: string, fields: Arguments, isWhole: boolean): KeysBySpace => {
    const all = claimsOf(kind, [[own, fields]]);
    return isWhole && isWritten(args, options, field) ? { ...all, ...toldOf(kind, [[own, fields]]) } : all;
  };
  const now = isDeferred(key)
    ? output({ key }).apply((known) => claimed(String(known.key), args, !isPartial))
    : claimed(String(key), args, !isPartial);
  if (!isPartial) {
    return [now];
  }
  // With what was known before: only after all of that may it be told that it is all.
  const whole = output({ key, attributed: args[field] }).apply((known) => ({
    ...claimed(String(known.key), { [field]: known.attributed }, true),
    [kind.name]: [],
  }));
  return [now, whole];
}
