const { SubjectSet } = require("pulumi-openmeter");
const { subjects } = require("../subjects");

new SubjectSet("all", { subjects: subjects() });
