const { Floor } = require("../do-nothing/resource");
const { subjects } = require("../subjects");

// The same string as a SubjectSet has in its state: an object by key.
const byKey = Object.fromEntries(subjects().map(({ key, ...fields }) => [key, fields]));
new Floor("all", { key: "all", subjects: JSON.stringify(byKey) });
