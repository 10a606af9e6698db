import { Refusal } from "../refusal";
import type { SubjectStore } from "../store";
import type { Subject } from "../subject";
import { type Customer, inputOf } from "./customer";
import type { Customers } from "./customers";
import { customerMetadata } from "./hook-metadata";
import type { CustomerWrite } from "./store";
import type { Stripe } from "./stripe";

interface Connected {
  readonly subjects: SubjectStore;
  readonly customers: Customers;
  readonly stripe: Stripe;
}

/**
 * Connects subjects and customers as the server does. Customer→subject is always on; subject→customer is the server's
 * `customer.enableSubjectHook`.
 */
export function connectHooks(connected: Connected, subjectHook: boolean): void {
  const { subjects, customers, stripe } = connected;
  customers.connect({
    written: (customer) => provisionSubjects(customer, subjects),
    deleting: ({ id }) => stripe.unlink(id),
  });
  if (subjectHook) {
    subjects.connect({
      upserted: (subject) => provisionCustomer(subject, connected),
      deleted: (subject) => detachSubject(subject, customers),
    });
  }
}

/** Creates the subjects that a customer names and that are not there. */
function provisionSubjects({ id, usageAttribution }: Customer, subjects: SubjectStore): void {
  for (const subjectKey of usageAttribution?.subjectKeys ?? []) {
    const subject = subjects.find(subjectKey);
    if (subject === undefined || subject.deletedAt !== undefined) {
      subjects.provision({ key: subjectKey, metadata: { createdBy: "subject.provisioner", customerId: id } });
    } else if (subject.key !== subjectKey) {
      const where = `[namespace=default customer.id=${id} customer.usage_attribution_key: ${subjectKey}]`;
      throw new Refusal(400, `use subject key instead of id for usage attribution ${where}`);
    }
  }
}

/** Makes the customer of an upserted subject, or makes its name and metadata those of the subject where they differ. */
function provisionCustomer(subject: Subject, { customers, stripe }: Connected): void {
  const { id } = upToDate(subject, customers);
  if (subject.stripeCustomerId !== undefined) {
    stripe.linkForSubject(id, subject.stripeCustomerId);
  }
}

function upToDate(subject: Subject, customers: Customers): Customer {
  const found = customerOf(subject.key, customers);
  const metadata = customerMetadata(subject.metadata);
  const annotations = {
    createdBy: "customer.provisioner",
    ...(subject.stripeCustomerId !== undefined && { stripeCustomerId: subject.stripeCustomerId }),
    subjectId: subject.id,
  };
  if (found === undefined) {
    return customers.writeForHook(undefined, {
      key: subject.key,
      name: subject.displayName ?? subject.key,
      usageAttribution: { subjectKeys: [subject.key] },
      metadata,
      annotations,
    });
  }
  if (agree(subject, found, metadata)) {
    return found;
  }
  return customers.writeForHook(found.id, {
    ...writable(found),
    name: subject.displayName ?? found.name,
    metadata: { ...found.metadata, ...metadata },
    annotations: { ...found.annotations, ...annotations },
  });
}

/** Whether the hook leaves the customer as it is. One without a key never agrees, nor one that has not the subject's key. */
function agree(subject: Subject, customer: Customer, metadata: Readonly<Record<string, string>>): boolean {
  return (
    customer.usageAttribution?.subjectKeys.includes(subject.key) === true &&
    customer.key !== undefined &&
    (subject.displayName === undefined || subject.displayName === customer.name) &&
    Object.entries(metadata).every(([name, text]) => customer.metadata?.[name] === text)
  );
}

/** Drops a deleted subject from the subject keys of its customer. */
function detachSubject({ key }: Subject, customers: Customers): void {
  const found = customerOf(key, customers);
  if (found !== undefined) {
    const { usageAttribution } = found;
    customers.writeForSubject(found.id, {
      ...writable(found),
      ...(usageAttribution !== undefined && {
        usageAttribution: { subjectKeys: usageAttribution.subjectKeys.filter((subjectKey) => subjectKey !== key) },
      }),
    });
  }
}

/** The live customer that has this key or, failing that, this subject key. */
function customerOf(subjectKey: string, customers: Customers): Customer | undefined {
  const [id] = customers.attributedTo(subjectKey);
  return id === undefined ? undefined : customers.getById(id);
}

/** What a write has to name so that nothing changes. */
function writable(customer: Customer): CustomerWrite {
  return { ...inputOf(customer), ...(customer.annotations !== undefined && { annotations: customer.annotations }) };
}
