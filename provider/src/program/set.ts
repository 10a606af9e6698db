/** How a resource that is many objects is made, whatever their kind: with its companion. */
import { type CustomResource, type CustomResourceOptions, isSecret, Output, output } from "@pulumi/pulumi";
import { marksProperty } from "../contract";
import type { Kind } from "../core/kind";
import {
  type Arguments,
  argumentProblems,
  guarded,
  holdsDeferred,
  holdsSecretKey,
  refuse,
  refuseLate,
  whenKnown,
} from "./inputs";
import { type EncodedMembers, encodeMembers, memberProblems } from "./members";
import {
  isWritten,
  membersOptions,
  ownOptions,
  refuseIgnoredParts,
  refuseImport,
  urnOf,
  warnOfIneffective,
} from "./options";
import { warnOfPlainKey } from "./plain-key";
import { refuseUnreachable } from "./reachable";
import { labelOf, type SetClass } from "./resource-class";
import { noteConstructed } from "./run";
import { SetMembers } from "./set-members";

/** A set that a program makes. */
interface Made {
  readonly name: string;
  readonly args: Arguments;
  readonly options: CustomResourceOptions;
}

/** A set before Pulumi's constructor has made it. */
export interface SetInMaking {
  readonly inputs: Arguments;
  readonly options: CustomResourceOptions;
  /** To be called when that has made it: makes its companion. */
  made(set: CustomResource): void;
}

/**
 * Begins to make a set.
 *
 * @throws {RunError} that names all invalid arguments, those of the objects included, or an option that cannot be carried out
 */
export function makeSet(setClass: SetClass, { name, args, options }: Made): SetInMaking {
  const { kind, type, providerLine, companion } = setClass;
  const { objects, ids } = kind.names;
  const resource = labelOf(setClass, name);
  refuseImport(resource, options);
  refuseIgnoredParts(resource, options, kind);
  refuseUnreachable(resource);
  const { [objects]: members, ...settings } = args;
  refuse([...argumentProblems(settings), ...memberProblems(kind, members)], resource);
  warnOfPlainKey();
  const { encoded, secrets, secretKeys } = encode(kind, members, resource);
  const urn = urnOf(name, type, options.parent);
  return {
    inputs: {
      ...guarded(settings, resource),
      [objects]: Output.isInstance(encoded) ? encoded.apply(({ text }) => text) : encoded.text,
      [ids]: undefined,
      [marksProperty]: { urn, secrets, secretKeys },
      __provider: providerLine,
    },
    options: ownOptions(options),
    made(set) {
      warnOfIneffective(resource, options);
      const isToldOf = isWritten(settings, options, objects);
      const claimed = ({ claims, told }: EncodedMembers) => (isToldOf ? { ...claims, ...told } : claims);
      const claims = Output.isInstance(encoded) ? encoded.apply(claimed) : claimed(encoded);
      noteConstructed(set, { kind, claims: [claims], urn, name, type, parent: options.parent });
      const inputs = { [ids]: Reflect.get(set, ids), [marksProperty]: { urn, secretKeys } };
      new SetMembers(companion, name, inputs, membersOptions(set, options, setClass));
    },
  };
}

/** One of a set's outputs, decoded into an object by key. Its values are what the kind's table of fields says. */
export function byKey<Value>(text: Output<string>): Output<Readonly<Record<string, Value>>> {
  return text.apply(async (known) => (await decoded(known)) as Record<string, Value>);
}

interface Encoding {
  readonly encoded: EncodedMembers | Output<EncodedMembers>;
  readonly secrets?: Promise<string[] | undefined>;
  readonly secretKeys?: Promise<true | undefined>;
}

/** Without outputs there is nothing to wait for, and thousands of objects would take seconds to look through for some. */
function encode(kind: Kind, members: unknown, resource: string): Encoding {
  if (!holdsDeferred(members)) {
    return { encoded: encodeMembers(kind, members) };
  }
  const { objects } = kind.names;
  const secretKeys = holdsSecretKey(members);
  const judged = async (known: unknown): Promise<unknown> => {
    // Keys that are attributed may be the secret.
    const isHidden = (await secretKeys) || (kind.attribution !== undefined && (await isSecret(output(members))));
    refuseLate(memberProblems(kind, known, isHidden), resource);
    return known;
  };
  // A list that is still to come is looked at when it comes, before Pulumi unwraps what is in it.
  const all = output(guarded({ [objects]: whenKnown(members, judged) }, resource));
  return {
    encoded: all.apply(async (known) => encodeMembers(kind, await judged(known[objects]))),
    secrets: isSecret(all).then((secret) => (secret ? [objects] : undefined)),
    secretKeys: secretKeys.then((secret) => secret || undefined),
  };
}

/** Loaded when needed, as few programs do. The text is packed where a failed run has left it so. */
async function decoded(text: string): Promise<Record<string, unknown>> {
  const { decodeByKey } = await import("../hosts/set-text.js");
  return Object.fromEntries(decodeByKey(text));
}
