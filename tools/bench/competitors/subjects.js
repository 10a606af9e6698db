/**
 * The subjects that every competitor declares, as the environment says: how many, and whether one of them has changed
 * since the run before.
 *
 * @returns {{ key: string, displayName: string, metadata: Record<string, string | number> }[]} three metadata entries each
 */
exports.subjects = () => {
  const count = Number(process.env.BENCH_SUBJECTS);
  const changed = process.env.BENCH_CHANGED === "1" ? Math.floor(count / 2) : -1;
  return Array.from({ length: count }, (_, index) => ({
    key: `customer-${String(index).padStart(6, "0")}`,
    displayName: index === changed ? `Customer ${index} (renamed)` : `Customer ${index}`,
    metadata: { plan: index % 3 === 0 ? "enterprise" : "starter", region: "eu-west-1", seats: index % 500 },
  }));
};
