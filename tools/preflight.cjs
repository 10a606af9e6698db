/**
 * Before `npm start` and `npm test`: ends with a sentence where this Node.js is too old, instead of with a syntax error of
 * some tool. Written so that an old one can read it.
 */
const { engines } = require("../package.json");

const needed = engines.node.replace(/^>=/, "");
const isOld = compare(process.versions.node, needed) < 0;
if (isOld) {
  console.error(
    `This needs Node.js ${needed} or newer, and this is ${process.versions.node} (${process.execPath}). ` +
      "Install 22, 24 or 26, for example from https://nodejs.org, and run the same command again.",
  );
  process.exitCode = 1;
}

function compare(left, right) {
  const a = left.split(".").map(Number);
  const b = right.split(".").map(Number);
  const differing = [0, 1, 2].find((index) => a[index] !== b[index]);
  return differing === undefined ? 0 : a[differing] - b[differing];
}
