/** A Pulumi program that declares what the file named by CRASH_PROGRAM says (see scenario.ts). Plain JavaScript starts sooner. */
const { readFileSync } = require("node:fs");
const { runtime } = require("@pulumi/pulumi");
const { Subject, SubjectSet } = require("pulumi-openmeter");

const { subjects, sets } = JSON.parse(readFileSync(process.env.CRASH_PROGRAM, "utf8"));

// A set that pauses has its companion wait for an answer of the server, which asks about a subject that does not exist.
runtime.registerStackTransformation(({ type, name, props, opts }) => {
  if (!type.endsWith(":SubjectSetMembers") || !sets[name].pauses) {
    return undefined;
  }
  const pause = () => fetch(`${process.env.OPENMETER_URL}/api/v1/subjects/pause-${name}`).catch(() => undefined);
  return { props: { ...props, subjectIds: props.subjectIds.apply((ids) => pause().then(() => ids)) }, opts };
});

for (const [name, { options, ...args }] of Object.entries(subjects)) {
  new Subject(name, args, options);
}
for (const [name, { pauses: _pauses, ...args }] of Object.entries(sets)) {
  new SubjectSet(name, args);
}
