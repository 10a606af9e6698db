/** Resource operations as the provider that Pulumi's dynamic host asks for. */
import type { dynamic } from "@pulumi/pulumi";
import { isPlainObject } from "../../json";
import { configurationKeys } from "../../openmeter/configuration";
import type { Properties, ResourceOperations } from "../resource";
import type { Session } from "../session";
import { endWithEngine } from "./engine";
import type { EngineLog } from "./engine-log";
import { withHostErrors } from "./errors";
import { fromHost, toHost } from "./values";

/** What the resources of one process share. */
export interface DynamicHost {
  readonly session: Session;
  readonly log: EngineLog;
}

export function dynamicProvider(host: DynamicHost, resource: ResourceOperations): dynamic.ResourceProvider {
  const { session, log } = host;
  const carryOut = <T>(raw: Properties, operation: () => Promise<T>): Promise<T> =>
    withHostErrors({ resource, told: session.told }, raw, operation).finally(log.delivered);
  return {
    /** All of its work is done before the host could go on, which does not await it. */
    async configure({ config }) {
      endWithEngine();
      session.configure(stackConfiguration(config));
    },
    async check(olds: Properties, news: Properties) {
      return carryOut(news, async () => {
        const { inputs, failures } = await resource.check(fromHost(olds), fromHost(news));
        return { inputs: toHost(inputs), failures: [...failures] };
      });
    },
    async diff(id, olds: Properties, news: Properties) {
      return carryOut(news, async () => {
        const { changes, replaces } = await resource.diff(id, fromHost(olds), fromHost(news));
        return { changes, replaces: [...replaces] };
      });
    },
    async create(news: Properties) {
      return carryOut(news, async () => {
        const { id, outputs } = await resource.create(fromHost(news));
        return { id, outs: toHost(outputs) };
      });
    },
    async update(id, olds: Properties, news: Properties) {
      return carryOut(news, async () => {
        return { outs: toHost(await resource.update(id, fromHost(olds), fromHost(news))) };
      });
    },
    /** To a refresh, an empty id says that the resource is gone. */
    async read(id, olds: Properties) {
      return carryOut(olds, async () => {
        const found = await resource.read(id, fromHost(olds));
        if (found === undefined) {
          return { id: "", props: {} };
        }
        const { inputs, outputs } = found;
        return { id: found.id, props: toHost(outputs), ...(inputs !== undefined && { inputs: toHost(inputs) }) };
      });
    },
    async delete(id, olds: Properties) {
      return carryOut(olds, () => resource.delete(id, fromHost(olds)));
    },
  };
}

/**
 * The whole configuration. The host offers only a look-up of known names; unknown ones under `openmeter:` are typing errors that
 * should be told, so the record behind it is read where it is found.
 */
function stackConfiguration(config: dynamic.Config): Readonly<Record<string, unknown>> {
  const raw: unknown = Reflect.get(config, "rawConfig");
  const known = () => configurationKeys.map((key) => [`openmeter:${key}`, config.get(`openmeter:${key}`)]);
  return isPlainObject(raw) ? raw : Object.fromEntries(known());
}
