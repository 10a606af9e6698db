import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { longIt } from "../../sample";
import { apiKeys, sharedAccounts } from "./scene";

/**
 * A program with a dynamic resource of somebody else, a server that tells its address, and of which configuration it has been
 * given. `SCENE` says how ours get our provider.
 */
const program = `
  const { ComponentResource, dynamic, secret } = require("@pulumi/pulumi");
  const { Provider, Subject } = require("pulumi-openmeter");

  const { SCENE: scene, EU_URL, EU_KEY, US_URL, US_KEY } = process.env;
  const foreignProvider = {
    async configure({ config }) {
      this.baseUrl = config.get("openmeter:baseUrl");
      this.hasKey = config.get("openmeter:apiKey") !== undefined;
    },
    async create({ serves }) {
      return { id: "server", outs: { serves, url: serves, seen: this.baseUrl, hasKey: this.hasKey } };
    },
  };
  class Server extends dynamic.Resource {
    constructor(name, serves, options) {
      super(foreignProvider, name, { serves, url: undefined, seen: undefined, hasKey: undefined }, options);
    }
  }
  class Region extends ComponentResource {
    constructor(name, options) {
      super("acme:index:Region", name, {}, options);
      new Subject("below", { key: "below" }, { parent: this });
      this.server = new Server("server-below", EU_URL, { parent: this });
    }
  }

  const beside = new Server("beside", EU_URL);
  const eu = new Provider("eu", { baseUrl: beside.url, apiKey: EU_KEY });
  const late = scene === "late" && new Provider("late", { baseUrl: new Server("late", US_URL).url, apiKey: US_KEY });
  const acme = new Subject("acme", { key: "acme" }, { provider: late || eu });
  if (scene === "component") {
    const { server } = new Region("europe", { providers: [eu] });
    exports.below = server.seen;
    exports.belowHasKey = server.hasKey;
  }
  exports.beside = beside.seen;
  exports.id = acme.subjectId;`;

describe("with dynamic resources of others", () => {
  const accounts = sharedAccounts();
  const scene = async (SCENE: "beside" | "component" | "late") => {
    const { stack, servers } = accounts();
    await writeFile(join(stack.folder, "index.js"), program);
    const [EU_URL, US_URL] = [servers.eu.url, servers.us.url];
    Object.assign(stack.stack.workspace.envVars, { SCENE, EU_URL, US_URL, EU_KEY: apiKeys.eu, US_KEY: apiKeys.us });
  };
  const preview = () => accounts().stack.cli("preview", "--diff");
  const up = () => accounts().stack.cli("up", "--yes", "--skip-preview");

  it("an address that comes from one of them is not known in the first preview, and the up uses it", async () => {
    const { stack, keys } = accounts();
    await scene("beside");
    expect(await preview()).toMatch(/\+ pulumi-nodejs:dynamic\/openmeter:Subject: \(create\)/);
    await up();
    expect(keys()).toEqual({ eu: ["acme"] });
    await stack.cli("preview", "--refresh", "--expect-no-changes");
  });

  it("the option provider on ours leaves the others with the stack's configuration", async () => {
    const { stack, servers } = accounts();
    expect((await stack.outputs()).beside?.value).toBe(servers.home.url);
  });

  it("the option providers of a component gives its foreign resources our address and key too", async () => {
    const { stack, servers, keys } = accounts();
    await scene("component");
    await up();
    const { below, belowHasKey, beside } = await stack.outputs();
    expect([below?.value, belowHasKey?.value, beside?.value]).toEqual([servers.eu.url, true, servers.home.url]);
    expect(keys()).toEqual({ eu: ["acme", "below"] });
  });

  longIt("a move to an address that is not known yet is left open by the preview, which says so", async () => {
    const { stack, keys } = accounts();
    await scene("late");
    // It could not ask whether that is another account.
    expect(await stack.cli("preview")).toMatch(
      /provider for this resource has inputs that are not known during preview/,
    );
    await up();
    expect(keys()).toEqual({ us: ["acme"] });
  });
});
