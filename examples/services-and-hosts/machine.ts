import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";

// Makes up a machine and its ID. That is all there is to it: no cloud, no account, no plugin.
const provider: dynamic.ResourceProvider = {
  create: async (inputs) => {
    const instanceId = `i-${crypto.randomUUID().slice(0, 8)}`;
    return { id: instanceId, outs: { ...inputs, instanceId } };
  },
  // A machine with another image is another machine.
  diff: async (_id, olds, news) => {
    const changes = olds.image !== news.image;
    return { changes, replaces: changes ? ["image"] : [] };
  },
};

/** Stands in for `aws.ec2.Instance`, `gcp.compute.Instance` and the like: its ID is known once it has been created. */
export class Machine extends dynamic.Resource {
  declare readonly instanceId: Output<string>;

  constructor(name: string, args: { readonly image: Input<string> }, options?: CustomResourceOptions) {
    super(provider, name, { instanceId: undefined, ...args }, options, "example", "Machine");
  }
}
