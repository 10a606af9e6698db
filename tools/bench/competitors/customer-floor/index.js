const { Floor } = require("../do-nothing/resource");
const { customers } = require("../customers");

for (const customer of customers()) new Floor(customer.key, customer);
