import { CustomResource, type CustomResourceOptions, type Inputs } from "@pulumi/pulumi";
import type { ResourceClass } from "./resource-class";

/**
 * The companion of a set: it keeps the ids of all objects of the set, and when some have left the set, its replacement
 * deletes them at the end of the run, where the engine has shown everything that the program declares.
 */
export class SetMembers extends CustomResource {
  constructor({ type, providerLine }: ResourceClass, name: string, inputs: Inputs, options: CustomResourceOptions) {
    super(type, name, { ...inputs, __provider: providerLine }, options);
  }
}
