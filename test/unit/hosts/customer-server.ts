/** Customers of an emulator, with a Stripe that has every customer. Fields have the names that they have in the kind. */
import { type CustomerInput, createEmulator, type RequestRecord } from "openmeter-emulator";
import type { Fields } from "../../../provider/src/core/port";
import { withValues } from "../../../provider/src/json";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { flattened } from "../../../provider/src/openmeter/customers/body";
import { connectedTo, FakeClock } from "../connection";
import { type Server, strike } from "./server";

const one = /^\/api\/v1\/customers\/[^/]+$/;
const any = /^\/api\/v1\/customers/;

export function startCustomers(emulator = createEmulator({ stripe: true })): Server {
  const clock = new FakeClock();
  const { customers, stripe } = emulator;
  const fieldsOf = (key: string): Fields | undefined => {
    const found = customers.get(key);
    const all: Fields = { ...Object(flattened(found)), ...stripe.linkOf(found?.id ?? "") };
    return found && withValues(Object.keys(customerKind.fields).map((name) => [name, all[name]]));
  };
  return {
    clock,
    connect: () => {
      const { customers: port, ...connection } = connectedTo(emulator, { clock });
      return { port, ...connection };
    },
    put: (key, changes) => {
      const { name } = { ...fieldsOf(key), ...changes };
      const all: typeof changes = { ...fieldsOf(key), ...changes, name: name ?? key };
      const { stripeCustomerId, subjectKeys, ...fields } = all;
      const input = {
        key,
        ...withValues(Object.entries(fields).map(([name, value]) => [name, value ?? undefined])),
        ...(Array.isArray(subjectKeys) && { usageAttribution: { subjectKeys } }),
      };
      const [{ id } = { id: "" }] = customers.upsert(input as unknown as { key: string } & CustomerInput); // as the test has it
      if (typeof stripeCustomerId === "string" && stripe.app !== undefined) {
        stripe.link(id, stripe.app, { stripeCustomerId });
      } else if (stripeCustomerId === null) {
        stripe.unlink(id);
      }
    },
    remove: (key) => void customers.delete(key),
    keys: () => customers.list().map(({ key = "" }) => key),
    id: (key) => customers.get(key)?.id,
    fields: fieldsOf,
    trouble: (trouble) => {
      const method = { read: "GET", write: ["POST", "PUT"], delete: "DELETE" }[trouble.on];
      const path = trouble.on === "delete" ? one : any;
      strike(emulator, trouble, { method, path }, (answer, change) => {
        const { items } = Object(answer);
        return Array.isArray(items)
          ? { ...Object(answer), items: items.flatMap(change) }
          : (change(Object(answer))[0] ?? answer);
      });
    },
    cure: () => emulator.faults.clear(),
    requests: () => {
      const requests = emulator.requests.list().map(lineOf);
      emulator.requests.clear();
      return requests;
    },
  };

  function lineOf({ method, path, body }: RequestRecord): string {
    const [, target = "", route] = path.match(/^\/api\/v1\/customers\/([^/?]+)(\/)?/) ?? [];
    const idOrKey = decodeURIComponent(target);
    const key = customers.getById(idOrKey)?.key ?? (target === "" ? String(Object(body).key) : idOrKey);
    if (method === "GET") {
      return "read";
    }
    return `${method === "DELETE" && route === undefined ? "delete" : "write"} ${key}`;
  }
}
