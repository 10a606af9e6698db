import { Config } from "@pulumi/pulumi";
import { Provider } from "pulumi-openmeter";
import { Tenant } from "./tenant";

const config = new Config();

const eu = new Provider("eu", { baseUrl: config.require("euUrl"), apiKey: config.requireSecret("euApiKey") });
const us = new Provider("us", { baseUrl: config.require("usUrl"), apiKey: config.requireSecret("usApiKey") });

new Tenant("acme", { displayName: "Acme Inc.", plan: "enterprise", account: us });
new Tenant("globex", { displayName: "Globex GmbH", plan: "pro", account: eu });

// To see what a move looks like: pulumi config set initechRegion eu
const initech = config.get("initechRegion") === "eu" ? eu : us;
new Tenant("initech", { displayName: "Initech", plan: "free", account: initech });
