/** A Pulumi program that declares what the file named by CRASH_PROGRAM says (see scenario.ts). Plain JavaScript starts sooner. */
const { readFileSync } = require("node:fs");
const { Subject, SubjectSet } = require("pulumi-openmeter");

const { subjects, sets } = JSON.parse(readFileSync(process.env.CRASH_PROGRAM, "utf8"));
for (const [name, { options, ...args }] of Object.entries(subjects)) new Subject(name, args, options);
for (const [name, args] of Object.entries(sets)) new SubjectSet(name, args);
