/** The package.json of this package, which lies beside `src` and `dist`. Required, so that bundlers of programs see it. */
const manifest: { readonly version: string } = require("../package.json");

/** The version of this package, such as `1.2.3`. */
export const packageVersion = manifest.version;
