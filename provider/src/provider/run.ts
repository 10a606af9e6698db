import { type OwnedFields, type Previewed, type PreviewedDeclaration, unknown } from "./declaration";
import { readElsewhere } from "./elsewhere";

/**
 * What one run of the engine (one preview, one update, one destroy) has told the provider so far. It answers one question:
 * is the subject that is to be deleted now also declared by another resource of this run, so that it only changes hands?
 *
 * The engine checks each declared resource before it deletes what is gone, in the same provider process. "Declared", and
 * not "has been written", because after a crash between the create and the delete the next run writes nothing and deletes.
 */
export class Run {
  readonly #declared = new Map<Previewed<string>, PreviewedDeclaration>();
  readonly #sets: { readonly subjects: () => ReadonlyMap<string, OwnedFields>; readonly hasPrevious: boolean }[] = [];
  readonly #elsewhere = new Map<string, PreviewedDeclaration>();
  readonly #elsewhereTexts = new Set<string>();
  readonly #toBeCreated = new Set<string>();
  readonly #ownIds = new Set<string>();
  #applies = false;

  /**
   * Check was asked for this declaration. Without previous inputs a create follows: of a new resource, or of one whose
   * replacement is forced, for which the engine deletes first if it is told so, and asks for no diff.
   */
  declare(declaration: PreviewedDeclaration, hasPrevious: boolean): void {
    const { key } = declaration;
    if (key === unknown) return;
    this.#declared.set(key, declaration);
    if (!hasPrevious) this.#toBeCreated.add(key);
  }

  /** Check was asked for a set of subjects: the same as {@link declare} for each, read only if a delete asks for them. */
  declareSet(subjects: () => ReadonlyMap<string, OwnedFields>, hasPrevious: boolean): void {
    this.#sets.push({ subjects, hasPrevious });
  }

  /**
   * Check was asked for a set, with what the program has told it of its other resources: some of them may wait for the set,
   * so that no check can show them before its update lets their subjects go. Read only if a delete asks for it.
   */
  declareElsewhere(text: string): void {
    this.#elsewhereTexts.add(text);
  }

  /** Create or update was asked for: this run makes the program so. */
  apply(): void {
    this.#applies = true;
  }

  /**
   * Diff was asked for. After a check, that means that this run makes the program so; a refresh asks too, before any check,
   * also in a destroy.
   *
   * @returns whether it comes after a check
   */
  compare(key: PreviewedDeclaration["key"]): boolean {
    const checked = this.#declared.has(key);
    if (checked) this.#applies = true;
    return checked;
  }

  /** A record that a resource of this stack owns already. */
  own(subjectId: string): void {
    this.#ownIds.add(subjectId);
  }

  /** Whether a record belongs to a resource of this stack, as far as the run has shown it. */
  owns(subjectId: string): boolean {
    return this.#ownIds.has(subjectId);
  }

  /**
   * The declaration that takes a subject over, if there is one. A destroy that runs the program (`--run-program`) checks
   * what it is about to delete, with previous inputs, and asks for nothing else: there the subject is to go.
   */
  successor(key: string): PreviewedDeclaration | undefined {
    for (const { subjects, hasPrevious } of this.#sets) {
      const fields = subjects().get(key);
      if (fields !== undefined && (this.#applies || !hasPrevious)) return { key, ...fields };
    }
    const declared = this.#applies || this.#toBeCreated.has(key) ? this.#declared.get(key) : undefined;
    // What a check has shown comes first: there outputs are known, too.
    return declared ?? (this.#applies ? this.#declaredElsewhere(key) : undefined);
  }

  #declaredElsewhere(key: string): PreviewedDeclaration | undefined {
    for (const text of this.#elsewhereTexts) {
      for (const [declaredKey, declaration] of readElsewhere(text)) this.#elsewhere.set(declaredKey, declaration);
    }
    this.#elsewhereTexts.clear();
    return this.#elsewhere.get(key);
  }
}
