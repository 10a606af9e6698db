import { ComponentResource, type ComponentResourceOptions, type Input } from "@pulumi/pulumi";
import { Subject } from "pulumi-openmeter";

export interface ServiceArgs {
  readonly displayName: string;
  readonly team: string;
  /** The machines that the service runs on: the IDs with which their agents report usage. */
  readonly instanceIds: readonly Input<string>[];
}

/** A service and its hosts, each with a subject: usage is reported for the one and for the others. */
export class Service extends ComponentResource {
  readonly subject: Subject;
  readonly hosts: readonly Subject[];

  constructor(name: string, { displayName, team, instanceIds }: ServiceArgs, options?: ComponentResourceOptions) {
    super("example:Service", name, {}, options);
    this.hosts = instanceIds.map(
      (key, index) =>
        new Subject(`${name}-host-${index}`, { key, metadata: { kind: "host", service: name } }, { parent: this }),
    );
    this.subject = new Subject(
      name,
      { key: `service-${name}`, displayName, metadata: { kind: "service", team, hosts: instanceIds } },
      { parent: this },
    );
    this.registerOutputs({ key: this.subject.key });
  }
}
