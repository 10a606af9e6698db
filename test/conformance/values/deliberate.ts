/** What the API takes and check refuses all the same, by the words of the refusal, and how docs/values.md calls it. */
export const deliberate: readonly { readonly reason: RegExp; readonly documented: string }[] = [
  { reason: /^must not be \. or \.\./, documented: "the keys `.` and `..`" },
  { reason: /^is longer than 2500 bytes/, documented: "more than 2,500 bytes" },
  { reason: /^is an integer that a JSON number cannot carry exactly/, documented: "integers beyond ±(2⁵³ − 1)" },
  { reason: /^is nested more than 100 levels deep/, documented: "more than 100 levels" },
  { reason: /^is a name that JavaScript reserves/, documented: "the name `__proto__`" },
  { reason: /^is a name that Pulumi reserves/, documented: "the name `4dabf18193072939515e22adb298388d`" },
];
