import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";
import { type Declared, type Kind, personalData, stripeIdMissing } from "./rules";

/** A policy that judges each customer and subject of the program, whether it is a resource of its own or a member of a set. */
function policy(
  name: string,
  description: string,
  judge: (declared: Declared, kind: Kind) => string[],
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, reportViolation) => {
      const [kind, all] = declaredIn(type, props);
      for (const declared of all) {
        for (const violation of judge(declared, kind)) {
          reportViolation(violation);
        }
      }
    },
  };
}

function declaredIn(type: string, props: Record<string, unknown>): readonly [Kind, readonly Declared[]] {
  switch (type) {
    case "pulumi-nodejs:dynamic/openmeter:Customer":
      return ["customer", single(props)];
    case "pulumi-nodejs:dynamic/openmeter:CustomerSet":
      return ["customer", membersOf(props.customers)];
    case "pulumi-nodejs:dynamic/openmeter:Subject":
      return ["subject", single(props)];
    case "pulumi-nodejs:dynamic/openmeter:SubjectSet":
      return ["subject", membersOf(props.subjects)];
    default:
      return ["subject", []];
  }
}

function single(props: Record<string, unknown>): Declared[] {
  // The provider has looked at their types before.
  return [props as unknown as Declared];
}

/** A set has its members as a JSON object by key. */
function membersOf(text: unknown): Declared[] {
  const members: Record<string, Omit<Declared, "key">> = JSON.parse(String(text));
  return Object.entries(members).map(([key, fields]) => ({ key, ...fields }));
}

new PolicyPack("openmeter", {
  policies: [
    policy("stripe-id", "Every customer has a Stripe ID.", stripeIdMissing),
    policy("no-personal-data", "No personal data in the names of metadata.", personalData),
  ],
});
