/**
 * What the processes of one run of the engine tell each other about what the program declares: the program itself, and one
 * process for each provider instance. A delete keeps what any of them names.
 *
 * It is an append-only file in a folder of the user's own, named by the engine's address, which each process knows and no
 * other run has at the time. The program makes it anew, so that a file left behind by an earlier run is not taken for its
 * own, and only where something is carried out: a preview has none. The engine kills its processes at the end, so nobody is
 * left to remove the file; each start removes those whose engine does not answer any more. A destroy, which runs no program,
 * could meet such a file if its engine was given the same port: then it keeps what that earlier run declared.
 */
import { hash as digest } from "node:crypto";
import * as fs from "node:fs";
import { connect } from "node:net";
import { hostname, tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { ClaimedKey } from "../core/claims";

const appendOnly = fs.constants.O_APPEND | fs.constants.O_WRONLY;

/** What one process can say. Objects, owners and accounts are short hashes, since keys may be secret. */
// Stryker disable next-line StringLiteral: any letters will do, as long as no two are the same
const letters = { declared: "D", constructed: "P", held: "H", settled: "S" };

/** Where objects are, and with which key one gets there. Two keys may open the same account. */
export interface Account {
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
}

/** The account of a process that asks. */
export interface OwnAccount extends Account {
  /** Whether it is the one of the stack's configuration. */
  readonly isStack: boolean;
}

/** In place of an account and its address: that of the stack's configuration, which a program need not know. */
const ofStack = "-";
/** In place of both, too: an argument of its `Provider` comes from a resource that failed. */
const ofNobodyKnows = "?";

/** The facts of a run at one moment. */
export interface FactsSeen {
  /** Whether a provider process of this account was asked to check a resource with this object. */
  isDeclared(account: Account, kind: string, key: string): boolean;
  /** Whether the program has constructed a resource with an object of this key, in whatever account. */
  isConstructed(kind: string, key: string): boolean;
  /**
   * Whether the program has constructed a resource with this object, of this account, that has not this URN, be it by an alias.
   * Where it cannot be known whether it is the same account, it counts unless that resource has told which records it has. Then
   * it counts under the same URN, too: what a move has left behind is not what has come back by another key.
   */
  isConstructedByAnother(account: OwnAccount, kind: string, key: string, urn: string | undefined): boolean;
  /**
   * The same of a key that is attributed to an object. Where it cannot be known whether it is the same account, it always counts:
   * the records of the one that has the key say nothing of what it is attributed.
   */
  isAttributedByAnother(account: OwnAccount, space: string, key: string, urn: string | undefined): boolean;
  /** Whether the program has constructed a resource of this account that has the one key and not the other one. */
  isConstructedWithout(account: OwnAccount, has: ClaimedKey, without: ClaimedKey): boolean;
  /**
   * Whether a resource goes on to have this record, be it the one that lets go of it: a replacement in another process, with
   * another key of the same account, may have taken it over.
   */
  isHeld(id: string): boolean;
  /** Whether the members of the set of this URN have been brought up to date. */
  isSettled(urn: string): boolean;
}

/** The file of one run. Without a file, notes go nowhere and nothing is seen. */
export class RunFacts {
  /** What has been read, and of how many bytes: the file only grows, and a run may delete thousands of resources one by one. */
  #read: { readonly size: number; readonly seen: FactsSeen } | undefined;

  private constructor(private readonly file: string) {}

  /**
   * Begins a run: for the program, before it constructs its first resource.
   *
   * @param engineAddress `host:port` of the engine
   * @throws when the folder cannot be used
   */
  static begin(engineAddress: string): RunFacts {
    const folder = ownFolder();
    const facts = new RunFacts(join(folder, nameOf(engineAddress)));
    fs.rmSync(facts.file, { force: true });
    fs.writeFileSync(facts.file, "", { mode: 0o600 });
    removeAbandoned(folder, nameOf(engineAddress));
    return facts;
  }

  /** Joins a run: for a provider process. */
  static join(engineAddress: string): RunFacts {
    return new RunFacts(join(folderPath(), nameOf(engineAddress)));
  }

  /** Whether the program has begun the run, as it does where something is carried out. */
  hasBegun(): boolean {
    return fs.existsSync(this.file);
  }

  /** A provider of this account was asked to check resources with these objects. */
  noteDeclared(account: Account, kind: string, keys: Iterable<string>): void {
    const id = idOf(account);
    this.#append(Array.from(keys, (key) => [letters.declared, hash(id, kind, key)]));
  }

  /**
   * The program has constructed a resource of this URN, with these aliases, that declares these objects.
   *
   * @param account that of its `Provider`, or that nobody will know it; `undefined` for that of the stack's configuration
   */
  noteConstructed(
    account: Account | "unknown" | undefined,
    kind: string,
    keys: Iterable<string>,
    urns: readonly string[],
  ): void {
    const where = placeOf(account);
    const owners = urns.map((urn) => hash(urn));
    this.#append(Array.from(keys, (key) => [letters.constructed, hash(kind, key), ...where, ...owners]));
  }

  /** The resource of this URN is up to date, and these are its records. */
  noteHeld(urn: string, ids: Iterable<string>): void {
    this.#append([[letters.held, hash(urn), ...Array.from(ids, encodeURIComponent)]]);
  }

  /** The members of the set of this URN are up to date. */
  noteSettled(urn: string): void {
    this.#append([[letters.settled, hash(urn)]]);
  }

  /**
   * Reads what has been noted so far.
   *
   * @throws when there is a file that cannot be read: then nobody knows what may be deleted
   */
  read(): FactsSeen {
    const size = this.#size();
    if (this.#read?.size !== size) {
      this.#read = { size, seen: this.#parse() };
    }
    return this.#read.seen;
  }

  #size(): number {
    try {
      return fs.statSync(this.file).size;
    } catch {
      return 0; // reading the file tells why
    }
  }

  #parse(): FactsSeen {
    const lines = this.#lines();
    const constructed = new Map<string, Constructed[]>();
    /** By resource: what it has told last. */
    const held = new Map<string, readonly string[]>();
    for (const line of lines) {
      // Stryker disable next-line StringLiteral: for the type alone, each note has its words
      const [letter, first = "", ...words] = line.split(" ");
      // Stryker disable next-line ConditionalExpression: only saves memory, since the hash of another note is of something else
      if (letter === letters.constructed) {
        // Stryker disable next-line StringLiteral: for the type alone
        const [address = "", account = "", ...owners] = words;
        constructed.set(first, [...(constructed.get(first) ?? []), { address, account, owners }]);
      }
      if (letter === letters.held) {
        held.set(first, words);
      }
    }
    const records = new Set([...held.values()].flat());
    const isHolding = ({ owners }: Constructed) => owners.some((owner) => held.has(owner));
    const isAnothers = (account: OwnAccount, urn: string | undefined, mayCount: (one: Constructed) => boolean) => {
      return (one: Constructed) =>
        isSame(one, account) ? !one.owners.includes(hash(urn)) : mayBeSame(one, account) && mayCount(one);
    };
    return {
      isDeclared: (account, kind, key) => lines.has(`${letters.declared} ${hash(idOf(account), kind, key)}`),
      isConstructed: (kind, key) => constructed.has(hash(kind, key)),
      isConstructedByAnother: (account, kind, key, urn) =>
        constructed.get(hash(kind, key))?.some(isAnothers(account, urn, (one) => !isHolding(one))) === true,
      isAttributedByAnother: (account, space, key, urn) =>
        constructed.get(hash(space, key))?.some(isAnothers(account, urn, () => true)) === true,
      isConstructedWithout: (account, has, without) => {
        const made = constructed.get(hash(has.space, has.key))?.filter((one) => isSame(one, account)) ?? [];
        const others = constructed.get(hash(without.space, without.key)) ?? [];
        const having = new Set(others.flatMap(({ owners }) => owners));
        return made.length > 0 && !made.some(({ owners }) => owners.some((owner) => having.has(owner)));
      },
      isHeld: (id) => records.has(encodeURIComponent(id)),
      isSettled: (urn) => lines.has(`${letters.settled} ${hash(urn)}`),
    };
  }

  #lines(): ReadonlySet<string> {
    try {
      return new Set(fs.readFileSync(this.file, "utf8").split("\n"));
    } catch (error) {
      if (isMissing(error)) return new Set();
      throw error;
    }
  }

  #append(facts: readonly (readonly string[])[]): void {
    const lines = facts.map((words) => `${words.join(" ")}\n`).join("");
    try {
      // Without O_CREAT, so that it is the program alone that begins a run.
      const file = fs.openSync(this.file, appendOnly);
      try {
        fs.writeSync(file, lines);
      } finally {
        fs.closeSync(file);
      }
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }
}

/** A resource that the program has constructed, as its note says. */
interface Constructed {
  readonly address: string;
  readonly account: string;
  readonly owners: readonly string[];
}

function isSame({ account }: Pick<Constructed, "account">, own: OwnAccount): boolean {
  return account === ofStack ? own.isStack : account === idOf(own);
}

/** Two keys of one address may open one account, and what the stack's configuration says, the program need not know. */
function mayBeSame({ address }: Pick<Constructed, "address">, own: OwnAccount): boolean {
  return [ofStack, ofNobodyKnows, hash(own.baseUrl)].includes(address);
}

/** Address and account, as a note has them. */
function placeOf(account: Account | "unknown" | undefined): readonly [string, string] {
  if (account === undefined) {
    return [ofStack, ofStack];
  }
  return account === "unknown" ? [ofNobodyKnows, ofNobodyKnows] : [hash(account.baseUrl), idOf(account)];
}

function idOf({ baseUrl, apiKey = "" }: Account): string {
  return hash(baseUrl, apiKey);
}

function folderPath(): string {
  // A user without a name, as in many containers, has a number. Containers may share a folder for temporary files, and have the
  // same addresses.
  const user = process.getuid?.() ?? userInfo().username;
  return join(tmpdir(), `pulumi-openmeter-${user}-${hostname()}`);
}

/** The folder, made if need be. Nobody else may have made it, or be able to write to it. */
function ownFolder(): string {
  const folder = folderPath();
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { uid, mode } = fs.lstatSync(folder);
  const isForeign = process.getuid !== undefined && (uid !== process.getuid() || (mode & 0o022) !== 0);
  if (isForeign || !fs.lstatSync(folder).isDirectory()) {
    throw new Error(`${folder} belongs to somebody else; remove it, or set TMPDIR to a folder of your own`);
  }
  return folder;
}

function nameOf(engineAddress: string): string {
  return engineAddress.replace(":", "_") || "no-engine";
}

/** Removes the files of runs whose engine does not answer any more. Neither waited for nor missed if it fails. */
function removeAbandoned(folder: string, own: string): void {
  for (const name of fs.readdirSync(folder)) {
    const [host, port] = name.split("_");
    if (name === own || port === undefined) continue;
    const probe = connect({ host, port: Number(port) });
    probe.unref();
    probe.once("connect", () => probe.destroy());
    probe.once("error", () => fs.rmSync(join(folder, name), { force: true }));
  }
}

/** Of `undefined`, that of nobody. */
function hash(...words: readonly (string | undefined)[]): string {
  // Stryker disable next-line MethodExpression: only keeps the file short
  return digest("sha256", JSON.stringify(words), "base64url").slice(0, 16);
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException; // node:fs throws no others
  return code === "ENOENT" || code === "ENOTDIR";
}
