/**
 * The provider of the dynamic host in the process of the test, on an emulator without a network and a clock that costs no time:
 * one run of the engine takes milliseconds. That the host itself finds it and hands everything over, lifecycle.test.ts sees.
 */
import type { dynamic } from "@pulumi/pulumi";
import type { InProcessEmulator } from "openmeter-emulator";
import type { Kind } from "../../../provider/src/core/kind";
import type { Report, Surroundings } from "../../../provider/src/core/surroundings";
import { dynamicProvider } from "../../../provider/src/hosts/dynamic/provider";
import { membersResource } from "../../../provider/src/hosts/members";
import { objectResource } from "../../../provider/src/hosts/objects";
import type { Properties } from "../../../provider/src/hosts/resource";
import { Session } from "../../../provider/src/hosts/session";
import { setForm } from "../../../provider/src/hosts/set";
import { singleForm } from "../../../provider/src/hosts/single";
import { customerKind } from "../../../provider/src/kinds/customer/fields";
import { subjectKind } from "../../../provider/src/kinds/subject/fields";
import { connectedTo, FakeClock } from "../../unit/connection";

/** The types of resources, as programs name them. */
export type Type = "Subject" | "SubjectSet" | "SubjectSetMembers" | "Customer" | "CustomerSet" | "CustomerSetMembers";

/** One run of the engine. */
export interface Run {
  /** Asks about one type of resources. */
  readonly of: (
    type: Type,
  ) => Required<Pick<dynamic.ResourceProvider, "check" | "diff" | "read" | "update" | "delete">> &
    Pick<dynamic.ResourceProvider, "create">;
  /** What it has told, each line once. */
  readonly reports: string[];
}

/** What the engine keeps of a failed create or update, if the resource exists all the same. */
export interface PartialError extends Error {
  readonly id?: string;
  readonly reasons?: readonly string[];
  readonly properties?: Properties;
}

/** Starts a run. */
export function startRun(emulator: InProcessEmulator, maxRetries: number): Run {
  const clock = new FakeClock();
  const reports: string[] = [];
  const report: Report = (line) => void reports.push(line);
  const session = new Session({ engineAddress: "host.test:1", environment: {}, report, clock });
  session.configure({ "openmeter:baseUrl": "http://openmeter.test" });
  const connection = connectedTo(emulator, { clock, configuration: { maxRetries } });
  const resourcesOf = (kind: Kind, port: ReturnType<Surroundings["connect"]>["port"]) => {
    const around: Surroundings = {
      ...session.surroundings(kind, () => port),
      connect: () => ({ ...connection, port }),
    };
    return {
      single: objectResource(around, session, singleForm(kind)),
      set: objectResource(around, session, setForm(kind)),
      members: membersResource(around, session),
    };
  };
  const subjects = resourcesOf(subjectKind, connection.subjects);
  const customers = resourcesOf(customerKind, connection.customers);
  const byType = {
    Subject: subjects.single,
    SubjectSet: subjects.set,
    SubjectSetMembers: subjects.members,
    Customer: customers.single,
    CustomerSet: customers.set,
    CustomerSetMembers: customers.members,
  };
  const host = { session, log: { report, delivered: async () => {} } };
  return { reports, of: (type) => dynamicProvider(host, byType[type]) as ReturnType<Run["of"]> }; // it has all of them
}

/** The URN of a resource of these tests. */
export function urnOf(type: Type, name: string): string {
  return `urn:pulumi:test::customers::pulumi-nodejs:dynamic/openmeter:${type}::${name}`;
}

/** Its type and name: `Customer acme`. */
export function shortOf(urn: string): string {
  return urn.replace(/^.*:(\w+)::(.*)$/, "$1 $2");
}
