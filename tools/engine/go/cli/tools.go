//go:build tools

// Package tools pins the Pulumi CLI, which is built from this module (see ../../go-build.ts).
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
