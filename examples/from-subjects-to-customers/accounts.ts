export interface Account {
  readonly key: string;
  readonly name: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Whom the program bills: from your CRM, or your own database. */
export const accounts: readonly Account[] = [
  { key: "customer-42", name: "Acme Inc.", metadata: { plan: "enterprise" } },
  { key: "customer-43", name: "Globex", metadata: { plan: "pro" } },
];
