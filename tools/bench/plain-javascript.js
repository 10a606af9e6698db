/**
 * Preloaded into every Node.js process of a measured operation: keeps Pulumi from loading ts-node. The project's setting says
 * so too, but language hosts that are built from Go modules do not hear of it.
 */
delete process.env.PULUMI_NODEJS_TYPESCRIPT;
