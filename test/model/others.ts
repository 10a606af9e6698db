/** What others do at the server. */
import type { Customer, CustomerInput, Emulator, SubjectStore, SubjectUpsert } from "openmeter-emulator";
import { type Fields, texts } from "./kinds";
import { bareKey, placeOf, type Servers, serverOf } from "./servers";
import type { ForeignChange } from "./steps";

type Values = Readonly<Record<string, unknown>>;

/** Does at the server what others do. What OpenMeter refuses them is not done. */
export function change(servers: Servers, foreign: ForeignChange): void {
  const server = serverOf(servers, foreign.key);
  const key = bareKey(foreign.key);
  try {
    if (placeOf(foreign.key).kind === "customer") {
      changeCustomer(server, key, foreign);
    } else {
      changeSubject(server.subjects, key, foreign);
    }
  } catch (error) {
    if (typeof Reflect.get(Object(error), "status") !== "number") {
      throw error;
    }
  }
}

function changeSubject(subjects: SubjectStore, key: string, foreign: ForeignChange): void {
  switch (foreign.do) {
    case "foreign write":
      subjects.upsert({ ...foreign.fields, key } as SubjectUpsert); // generated as its fields
      break;
    case "foreign entry":
      subjects.upsert({ key, metadata: { ...subjects.get(key)?.metadata, [foreign.name]: foreign.value } });
      break;
    case "foreign delete":
      subjects.delete(key);
      break;
    case "foreign re-creation":
      subjects.delete(key);
      subjects.upsert({ ...foreign.fields, key } as SubjectUpsert);
  }
}

/** Others also link customers to Stripe, which no program does. */
function changeCustomer({ customers, stripe }: Emulator, key: string, foreign: ForeignChange): void {
  const live = customers.get(key);
  const link = ({ id }: Customer) =>
    stripe.link(id, stripe.appById(stripe.install()), { stripeCustomerId: `cus_${id}` });
  switch (foreign.do) {
    case "foreign write":
      customers.upsert(inputOf(key, foreign.fields, live)).forEach(link);
      break;
    case "foreign entry": {
      const metadata = { ...live?.metadata, [foreign.name]: foreign.value };
      customers.upsert(inputOf(key, { metadata }, live));
      break;
    }
    case "foreign delete":
      customers.delete(key);
      break;
    case "foreign re-creation":
      customers.delete(key);
      customers.create(inputOf(key, foreign.fields));
      break;
    case "foreign subscription":
      if (live !== undefined && foreign.isActive) {
        customers.subscribe(key);
      } else if (live !== undefined) {
        customers.settle(key);
      }
  }
}

/** A whole customer: what is live, with other fields of the model; `null` clears. Others set its currency, which no program does. */
function inputOf(key: string, fields: Values, live?: Customer): CustomerInput & { readonly key: string } {
  const { subjectKeys, ...rest } = fields;
  const given = subjectKeys === undefined ? {} : { usageAttribution: { subjectKeys: texts(subjectKeys) } };
  const all: Values = { currency: "EUR", ...live, ...rest, ...given, key };
  const set = Object.entries(all).filter(([, value]) => value !== null && value !== undefined);
  const cleared = fields.primaryEmail === null ? { primaryEmail: "" } : {};
  // A customer, or made of the model's fields.
  return { name: key, ...(Object.fromEntries(set) as Fields), ...cleared } as CustomerInput & { readonly key: string };
}
