const { subjects } = require("./subjects");

/** The same as customers, each with one subject key. */
exports.customers = () =>
  subjects().map(({ key, displayName, metadata }) => ({
    key,
    name: displayName,
    subjectKeys: [`${key}-api`],
    metadata: Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, String(value)])),
  }));
