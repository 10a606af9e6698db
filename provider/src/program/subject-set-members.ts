import { CustomResource, type CustomResourceOptions, type Inputs } from "@pulumi/pulumi";
import { providerLines, resourceTypes } from "../contract";

/**
 * The companion of a set: it keeps the ids of all subjects of the set, and when some have left the set, its replacement
 * deletes them at the end of the run, where the engine has shown everything that the program declares.
 */
export class SubjectSetMembers extends CustomResource {
  constructor(name: string, inputs: Inputs, options: CustomResourceOptions) {
    super(resourceTypes.subjectSetMembers, name, { ...inputs, __provider: providerLines.subjectSetMembers }, options);
  }
}
