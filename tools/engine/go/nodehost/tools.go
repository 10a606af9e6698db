//go:build tools

// Package tools pins the last Node.js language host that has a tagged Go module (see ../../go-build.ts).
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"
