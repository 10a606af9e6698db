const { Floor } = require("../do-nothing/resource");
const { subjects } = require("../subjects");

for (const subject of subjects()) new Floor(subject.key, subject);
