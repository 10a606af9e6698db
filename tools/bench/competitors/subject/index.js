const { Subject } = require("pulumi-openmeter");
const { subjects } = require("../subjects");

for (const subject of subjects()) new Subject(subject.key, subject);
