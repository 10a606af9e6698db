const { Customer } = require("pulumi-openmeter");
const { customers } = require("../customers");

for (const customer of customers()) new Customer(customer.key, customer);
