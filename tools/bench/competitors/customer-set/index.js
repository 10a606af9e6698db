const { CustomerSet } = require("pulumi-openmeter");
const { customers } = require("../customers");

new CustomerSet("all", { customers: customers() });
