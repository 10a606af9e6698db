import {
  all,
  ComponentResource,
  CustomResource,
  getAllResources,
  type InvokeOutputOptions,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";

/**
 * Arguments of a function, as an output that is known when they are and all resources exist on which they depend, by
 * themselves or by the option `dependsOn`. So it goes with Pulumi's own functions: in a preview that is to create one of the
 * resources, the output is unknown, even where an argument is known already, as the key of a subject is.
 */
export function whenKnownWith(args: object, dependsOn: InvokeOutputOptions["dependsOn"] = []): Output<unknown> {
  const asked = output({ args, dependsOn });
  const implied = output(getAllResources(asked).then(existence));
  const named = asked.apply((known) => existence([known.dependsOn].flat()));
  return all([asked, implied, named]).apply(([known]) => known.args);
}

/** Known when these resources exist. */
async function existence(resources: Iterable<Resource>): Promise<Output<unknown>> {
  const reached = new Set<Resource>();
  await reach(resources, reached);
  // A remote component tells by its URN that all below it is done; so does a resource that is only referred to, and has no id.
  return output([...reached].map((resource) => (CustomResource.isInstance(resource) && resource.id) || resource.urn));
}

/**
 * Adds resources and, of components, all that is in them, but nothing below other resources. Leans on the internal fields
 * `__data` and `__childResources` of Pulumi's components, as there is no other way to them. If they are named otherwise one day,
 * a look-up no longer waits for what is in a component, and a test on the engine notices.
 */
async function reach(resources: Iterable<Resource>, reached: Set<Resource>): Promise<void> {
  for (const resource of resources) {
    if (reached.has(resource)) {
      continue;
    }
    reached.add(resource);
    if (ComponentResource.isInstance(resource)) {
      await Reflect.get(resource, "__data");
      const children: unknown = Reflect.get(resource, "__childResources");
      await reach(children instanceof Set ? children : [], reached);
    }
  }
}
