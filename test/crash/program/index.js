/** A Pulumi program that declares what the file named by CRASH_PROGRAM says (see program.ts). Plain JavaScript starts sooner. */
const { readFileSync } = require("node:fs");
const { runtime } = require("@pulumi/pulumi");
const openmeter = require("pulumi-openmeter");

const program = JSON.parse(readFileSync(process.env.CRASH_PROGRAM, "utf8"));

// A set that pauses has its companion wait for an answer of the server, which asks about a subject that does not exist.
runtime.registerStackTransformation(({ type, name, props, opts }) => {
  if (!type.endsWith("SetMembers") || !program[name].pauses) {
    return undefined;
  }
  const pause = () => fetch(`${process.env.OPENMETER_URL}/api/v1/subjects/pause-${name}`).catch(() => undefined);
  const pausing = Object.entries(props)
    .filter(([property]) => property.endsWith("Ids"))
    .map(([property, ids]) => [property, ids.apply((known) => pause().then(() => known))]);
  return { props: { ...props, ...Object.fromEntries(pausing) }, opts };
});

const declared = {};
for (const [name, { type, args, options: { dependsOn = [], ...options } = {} }] of Object.entries(program)) {
  declared[name] = new openmeter[type](name, args, {
    ...options,
    dependsOn: dependsOn.map((other) => declared[other]),
  });
}
