/** Something in a page that doesn't hold. */
export interface Problem {
  readonly page: string;
  readonly line: number;
  readonly message: string;
}
