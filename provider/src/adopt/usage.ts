/** The help text of `pulumi-openmeter adopt`. */
import { namesOfFields } from "./fields";

const subjectFields = namesOfFields("subjects");
const customerFields = namesOfFields("customers");

export const adoptUsage = `Writes a Pulumi program that declares the subjects or the customers of an OpenMeter account just as they are, so that
its first "pulumi up" takes them over and sends nothing. Or it writes a program with a customer for each subject.

Usage: pulumi-openmeter adopt [options] > index.ts
       pulumi-openmeter adopt --customers [options] > index.ts
       pulumi-openmeter adopt --from-subjects [options] > index.ts
       pulumi-openmeter adopt --check [--customers | --from-subjects] [options]

What is declared (default: the subjects as they are)
  --customers        the customers as they are. A customer without a key can't be declared
  --from-subjects    for each subject a customer: key and subjectKeys from the subject's key, name from displayName,
                     metadata as texts, stripeCustomerId. One that exists keeps what the subject doesn't say

Which of them
  --prefix TEXT      only those whose key starts with this
  --match REGEXP     only those whose key matches this JavaScript regular expression (anywhere: anchor it with ^ and $)
  --undeclared       only those that no stack declares yet

The program
  --set NAME         one set of this name (default for more than 100: "subjects" or "customers")
  --single           one resource each
  --fields LIST      which fields to own, or "none". Other fields, and those without a value, are left alone.
                     Subjects: ${subjectFields.all.join(",")} (default all)
                     Customers: ${customerFields.all.join(",")}
                     (default all but ${customerFields.unlisted.join()}, which costs a request for each customer)
                     From subjects: ${namesOfFields("from-subjects").all.join(",")} (default all)
  --no-protect       without Pulumi's protection against deletion
  --out FILE         write to this file instead of the standard output: JavaScript for .js, .mjs and .cjs, else TypeScript
  --force            overwrite it

Check
  --check            write no program, but list the keys that no stack declares, one JSON string per line; with
                     --from-subjects the keys of subjects that have no customer in the account, whatever stacks declare.
                     Exit code 0: none, 1: some
  --stack NAME       look at this stack of the project in the current folder (repeatable; default all of them)
  --state FILE       look at this state, from "pulumi stack export", instead (repeatable)

Connection
  --url URL          the server's address (default OPENMETER_URL, or https://openmeter.cloud)
  --stack NAME       take address and key from this stack's configuration, as "pulumi up" does; of several, from the first.
                     Without it, and where the stack says nothing: OPENMETER_URL and OPENMETER_API_KEY (or OPENMETER_TOKEN)

Nothing is ever written to OpenMeter.

Exit code 2: a mistake on the command line, or any other failure of the command.
`;
