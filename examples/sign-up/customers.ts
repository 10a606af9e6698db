import { readFile, rename, writeFile } from "node:fs/promises";
import { LocalWorkspace, type Stack } from "@pulumi/pulumi/automation";
import { SubjectSet } from "pulumi-openmeter";
import { z } from "zod";

export const customerSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens"),
  name: z.string().trim().min(1).max(200),
  stripeCustomerId: z
    .string()
    .regex(/^cus_\w+$/, "must be a Stripe customer ID, cus_…")
    .optional(),
});
export type Customer = z.infer<typeof customerSchema>;

/**
 * Who has signed up: a file, and a subject for each in OpenMeter. One change at a time; the file is written once OpenMeter
 * has it, so what was cut off in between is undone by the next change or start.
 */
export class Customers {
  /** The change that is under way, and those that wait for it. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly stack: Stack,
    private readonly file: string,
    private current: readonly Customer[],
  ) {}

  /** Reads the file, and makes OpenMeter so. */
  static async open(file: string, stackName: string): Promise<Customers> {
    // In this folder, where node_modules has the provider.
    const settings = { workDir: __dirname };
    const program = async () => {};
    const projectName = "openmeter-sign-up";
    const stack = await LocalWorkspace.createOrSelectStack({ stackName, projectName, program }, settings);
    const customers = new Customers(stack, file, await readCustomers(file));
    await customers.inTurn(() => customers.become(customers.current));
    return customers;
  }

  list(): readonly Customer[] {
    return this.current;
  }

  /** Answers false when there is a customer of this ID already. */
  add(customer: Customer): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.current.some(({ id }) => id === customer.id)) return false;
      await this.become([...this.current, customer]);
      return true;
    });
  }

  /** Answers false when there is no such customer. */
  remove(id: string): Promise<boolean> {
    return this.inTurn(async () => {
      const rest = this.current.filter((customer) => customer.id !== id);
      if (rest.length === this.current.length) return false;
      await this.become(rest);
      return true;
    });
  }

  /** A stack takes one update at a time, and each works on the list that the one before it has left. */
  private inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => {});
    return result;
  }

  private async become(next: readonly Customer[]): Promise<void> {
    const program = async () => {
      new SubjectSet("customers", {
        subjects: next.map(({ id, name, stripeCustomerId }) => ({ key: id, displayName: name, stripeCustomerId })),
        // One request removes one customer. Whatever else would remove more, such as a lost file, is refused.
        maxDeletions: 1,
      });
    };
    await this.stack.up({ program });
    await writeFile(`${this.file}.new`, JSON.stringify(next, undefined, 2));
    await rename(`${this.file}.new`, this.file);
    this.current = next;
  }
}

/** The customers in the file, none if there is no file. */
async function readCustomers(file: string): Promise<readonly Customer[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") {
      return "[]";
    }
    throw error;
  });
  try {
    return z.array(customerSchema).parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} cannot be used: ${error instanceof z.ZodError ? z.prettifyError(error) : error}`);
  }
}
