const { dynamic } = require("@pulumi/pulumi");
const { subjects } = require("../subjects");

// What one writes who follows Pulumi's documentation of dynamic providers. The SDK cannot be captured by a closure, so
// the methods require it, and they share the client.
let client;
function openmeter() {
  const { OpenMeter } = require("@openmeter/sdk");
  client ??= new OpenMeter({ baseUrl: process.env.OPENMETER_URL });
  return client;
}

async function upsert({ key, displayName, metadata }) {
  const [stored] = await openmeter().subjects.upsert({ key, displayName, metadata });
  return { key, displayName, metadata, subjectId: stored.id };
}

const provider = {
  async diff(_id, previous, inputs) {
    const { isDeepStrictEqual } = require("node:util");
    const changed = ["key", "displayName", "metadata"].filter(
      (name) => !isDeepStrictEqual(previous[name], inputs[name]),
    );
    return { changes: changed.length > 0, replaces: changed.filter((name) => name === "key") };
  },
  async create(inputs) {
    return { id: inputs.key, outs: await upsert(inputs) };
  },
  async update(_id, _previous, inputs) {
    return { outs: await upsert(inputs) };
  },
  async read(id, previous) {
    const { key, displayName, metadata, id: subjectId } = await openmeter().subjects.get(id);
    const inputs = { key, displayName, metadata };
    return { id, props: { ...previous, ...inputs, subjectId }, inputs };
  },
  async delete(_id, { subjectId }) {
    await openmeter().subjects.delete(subjectId);
  },
};

class SubjectResource extends dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { subjectId: undefined, ...args });
  }
}

for (const subject of subjects()) new SubjectResource(subject.key, subject);
