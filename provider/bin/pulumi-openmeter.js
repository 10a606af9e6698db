#!/usr/bin/env node
// A file of its own, which is there and may be run before the package is built.
"use strict";

const { main } = require("../dist/cli");

main(process.argv.slice(2));
