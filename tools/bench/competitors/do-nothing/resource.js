const { CustomResource } = require("@pulumi/pulumi");

/** A resource of the provider that does nothing, which it names as `Subject` names its own: by a constant string. */
exports.Floor = class Floor extends CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/bench:Floor", name, {
      ...args,
      __provider: 'exports.handler=require("do-nothing/provider").doNothing',
    });
  }
};
