import { PolicyPack, type ResourceValidationPolicy } from "@pulumi/policy";
import { type DeclaredSubject, personalData, stripeIdMissing } from "./rules";

/** A policy that judges each subject of the program, whether it is a resource of its own or a member of a set. */
function subjectPolicy(
  name: string,
  description: string,
  judge: (subject: DeclaredSubject) => string[],
): ResourceValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, props }, reportViolation) => {
      for (const subject of subjectsOf(type, props)) for (const violation of judge(subject)) reportViolation(violation);
    },
  };
}

function subjectsOf(type: string, props: Record<string, unknown>): DeclaredSubject[] {
  switch (type) {
    case "pulumi-nodejs:dynamic/openmeter:Subject":
      // The provider has looked at their types before.
      return [props as unknown as DeclaredSubject];
    case "pulumi-nodejs:dynamic/openmeter:SubjectSet": {
      // A set has its subjects as a JSON object by key.
      const members: Record<string, Omit<DeclaredSubject, "key">> = JSON.parse(String(props.subjects));
      return Object.entries(members).map(([key, fields]) => ({ key, ...fields }));
    }
    default:
      return [];
  }
}

new PolicyPack("openmeter-subjects", {
  policies: [
    subjectPolicy("stripe-id", "Every customer has a Stripe ID.", stripeIdMissing),
    subjectPolicy("no-personal-data", "No personal data in the names of metadata.", personalData),
  ],
});
