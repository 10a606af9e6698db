const { Provider, Subject } = require("pulumi-openmeter");
const { subjects } = require("../subjects");

const providers = ["a", "b", "c"].map((name) => new Provider(name, { baseUrl: process.env.OPENMETER_URL }));

for (const [index, subject] of subjects().entries()) {
  new Subject(subject.key, subject, { provider: providers[index % providers.length] });
}
