/** Runs a piece of work for each that can be taken, a bounded number at a time. A thrown error ends it. */
export async function inParallel<Piece>(
  atOnce: number,
  take: () => Piece | undefined,
  work: (piece: Piece) => Promise<void>,
): Promise<void> {
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let piece = take(); piece !== undefined; piece = failed ? undefined : take()) {
      try {
        await work(piece);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
