/** The calls of the Customer API (v1) and their answers. "Deleted" means absent; by its id a record is found for ever. */
import { type Answered, readAnswer } from "../../core/answer";
import type { Listed, LiveObject, RecordId, Wanted } from "../../core/port";
import { isPlainObject } from "../../json";
import { customerKind } from "../../kinds/customer/fields";
import { type Answer, type Answers, type AnswersAbout, answerOf } from "../answers";
import type { Configuration } from "../configuration";
import { OpenMeterError } from "../errors";
import { type ApiClient, addressed, apiClient } from "../http/client";
import { keySegment } from "../http/path";
import { type Bounds, maxAnswerBytes, type Transport } from "../http/transport";
import { type CustomerBody, flattened, stripeField, subjectKeysIn } from "./body";
import { stripeOfApps } from "./stripe";

/** The most that OpenMeter takes. */
const pageSize = 1_000;

/** The most characters that OpenMeter takes for an id or key in a path: as they are encoded, though a key has as many code points. */
const maxSegment = 256;

/** No customer is larger; an answer that is comes from something else. */
const maxCustomerBytes = 8 * 1024 * 1024;

/** What the answers of this API are about. */
export const customerAnswers: AnswersAbout = {
  object: "customer",
  api: "Customer API",
  // `not found error: customer with id or key acme not found in default namespace`
  notFound: /(?<![\w/-])customer with id or key .*\bnot found\b/s,
};

/** A customer, and the id of the subject for which OpenMeter has made it, if nobody has written it since: each write removes that note. */
export type Holder = LiveObject & { readonly madeFor: string | undefined };

/**
 * The Customer API as this provider needs it. All methods throw {@link OpenMeterError}.
 *
 * Uses the client of OpenMeter's SDK and not the SDK's `customers.*` methods, for the reason that `SubjectApi` gives.
 */
export class CustomerApi {
  /** For requests about one customer. */
  readonly #http: ApiClient;

  constructor(
    private readonly configuration: Configuration,
    private readonly transport: Transport,
    readonly answers: Answers,
  ) {
    this.#http = this.#within({ maxBodyBytes: maxCustomerBytes });
  }

  #within(bounds: Bounds): ApiClient {
    return apiClient(this.configuration, (request) => this.transport(request, bounds));
  }

  /** A live customer: by its id, and if there is none, by its key. With its Stripe customer ID only where that is looked at. */
  async get({ key, id, fields }: Wanted): Promise<LiveObject | undefined> {
    const found = (id === undefined ? undefined : await this.getById(id)) ?? (await this.getByKey(key));
    return found !== undefined && (fields?.includes(stripeField) ?? true) ? this.withStripe(found) : found;
  }

  /** The live customer of this id or key (`GET /api/v1/customers/{customerIdOrKey}`), whichever it is. */
  async look(idOrKey: string): Promise<LiveObject | undefined> {
    const segment = segmentOf(idOrKey);
    const found = segment === undefined ? await this.#find(idOrKey) : (await this.#get(segment))?.object;
    return found && this.withStripe(found);
  }

  /** The live customer of this id. */
  async getById(id: RecordId): Promise<LiveObject | undefined> {
    const found = await this.#get(encodeURIComponent(id));
    return found?.id === id ? found.object : undefined;
  }

  /** The live customer of this key. */
  async getByKey(key: string): Promise<LiveObject | undefined> {
    const segment = segmentOf(key);
    const found = segment === undefined ? undefined : await this.#get(segment);
    // The route looks for an id as well.
    return segment === undefined || (found !== undefined && found.key !== key) ? this.#find(key) : found?.object;
  }

  /** Whether there is a record of this id, live or deleted. */
  async hasRecord(id: RecordId): Promise<boolean> {
    return (await this.#get(encodeURIComponent(id)))?.id === id;
  }

  /**
   * All live customers, those without a key apart, in the order of their creation (`GET /api/v1/customers`). By names, which need not differ, pages
   * overlap and miss some; by ids they miss what others delete meanwhile. Stripe customer IDs are not in it.
   *
   * @param bounds give up instead of downloading more, or of trying again
   */
  async list({ maxBodyBytes = maxAnswerBytes, ...bounds }: Bounds = {}): Promise<Listed> {
    const objects = new Map<string, LiveObject>();
    const keyless = new Map<string, LiveObject>();
    const withheld = new Set<string>();
    let left = maxBodyBytes;
    for (let page = 1; ; page++) {
      const answer = await this.#page({ page }, { ...bounds, maxBodyBytes: left });
      left -= answer.body.length;
      const { items, isLast } = this.#itemsOf(answer, page);
      const isWithheld = this.answers.withApiKey(answer);
      for (const item of items) {
        const { key, object } = this.#customerOf(item);
        if (object !== undefined && isWithheld(item)) {
          withheld.add(key);
        } else if (object !== undefined) {
          (key === "" ? keyless : objects).set(object.id, object);
        }
      }
      if (isLast) {
        return { objects: [...objects.values()], withheld: [...withheld], keyless: [...keyless.values()] };
      }
    }
  }

  /** The live customer to which this subject key is attributed by its `subjectKeys` (`GET /api/v1/customers?subject=`). */
  async holderOf(subjectKey: string): Promise<Holder | undefined> {
    const found = await this.#matching({ subject: subjectKey });
    return found.find(({ fields }) => subjectKeysIn(fields).includes(subjectKey));
  }

  /** Creates a customer (`POST /api/v1/customers`), and with it the subjects of its subject keys. */
  async create(body: CustomerBody): Promise<LiveObject> {
    const answer = await answerOf(this.#http.POST("/api/v1/customers", { body: typed(body), parseAs: "text" }));
    return this.#written(answer);
  }

  /** Replaces a customer (`PUT /api/v1/customers/{id}`). */
  async replace(id: RecordId, body: CustomerBody): Promise<LiveObject> {
    const answer = await answerOf(
      this.#http.PUT("/api/v1/customers/{customerIdOrKey}", { ...addressed("customerIdOrKey", id), body: typed(body) }),
    );
    return this.#written(answer);
  }

  /** Marks a customer deleted (`DELETE /api/v1/customers/{id}`). One that is gone already is a success. Subjects and usage stay. */
  async remove(id: RecordId): Promise<void> {
    const answer = await answerOf(
      this.#http.DELETE("/api/v1/customers/{customerIdOrKey}", addressed("customerIdOrKey", id)),
    );
    if (answer.status === 204 || this.answers.isNotFound(answer) || isGone(answer)) {
      return;
    }
    throw answer.ok ? this.answers.unintelligible(answer) : this.answers.errorOf(answer);
  }

  /** A customer with its Stripe customer ID, if it has one (`GET /api/v1/customers/{id}/apps`). */
  async withStripe(customer: LiveObject): Promise<LiveObject> {
    const linked = (await this.stripeLink(customer.id))?.stripeCustomerId;
    const { [stripeField]: _old, ...fields } = customer.fields;
    return { ...customer, fields: linked === undefined ? fields : { ...fields, [stripeField]: linked } };
  }

  /** The Stripe customer that a customer is linked to, and by which app. */
  async stripeLink(id: RecordId): Promise<{ readonly appId: string; readonly stripeCustomerId: string } | undefined> {
    const answer = await answerOf(
      this.#http.GET("/api/v1/customers/{customerIdOrKey}/apps", addressed("customerIdOrKey", id)),
    );
    // Deleted meanwhile.
    return this.answers.isNotFound(answer) || isGone(answer) ? undefined : stripeOfApps(this.answers.json(answer));
  }

  /** Links a customer to one of Stripe (`PUT /api/v1/customers/{id}/stripe`), which OpenMeter asks whether it exists. */
  async linkStripe(id: RecordId, stripeCustomerId: string): Promise<void> {
    const call = this.#http.PUT("/api/v1/customers/{customerIdOrKey}/stripe", {
      ...addressed("customerIdOrKey", id),
      body: { stripeCustomerId },
    });
    this.answers.json(await answerOf(call));
  }

  /** Removes what an app holds of a customer (`DELETE /api/v1/customers/{id}/apps/{appId}`). */
  async unlinkApp(id: RecordId, appId: string): Promise<void> {
    const { params, pathSerializer } = addressed("customerIdOrKey", id);
    const answer = await answerOf(
      this.#http.DELETE("/api/v1/customers/{customerIdOrKey}/apps/{appId}", {
        parseAs: "text",
        params: { path: { ...params.path, appId } },
        pathSerializer: (path: string) => pathSerializer(path).replace("{appId}", () => encodeURIComponent(appId)),
      }),
    );
    if (!answer.ok && !this.answers.isNotFound(answer)) {
      throw this.answers.errorOf(answer);
    }
  }

  async #get(segment: string): Promise<Answered | undefined> {
    const answer = await answerOf(
      this.#http.GET("/api/v1/customers/{customerIdOrKey}", addressed("customerIdOrKey", segment)),
    );
    return this.answers.isNotFound(answer) ? undefined : this.#single(answer);
  }

  #single(answer: Answer): Answered {
    const found = this.#customerOf(this.answers.json(answer));
    if (found.object !== undefined && this.answers.containsApiKey(answer.body)) {
      throw this.answers.withheld(found.key);
    }
    return found;
  }

  /** The customer of an answer to a write. */
  #written(answer: Answer): LiveObject {
    const { object } = this.#single(answer);
    if (object === undefined) {
      throw new OpenMeterError("contested", "somebody else deleted it at the moment when it was written");
    }
    return object;
  }

  /** Looks a key up where the single route cannot tell. */
  async #find(key: string): Promise<LiveObject | undefined> {
    return (await this.#matching({ key })).find((object) => object.key === key);
  }

  /** Customers by a filter, which looks for parts of texts in any case. */
  async #matching(filter: { readonly key: string } | { readonly subject: string }): Promise<readonly Holder[]> {
    const found: Holder[] = [];
    for (let page = 1; ; page++) {
      const { items, isLast } = this.#itemsOf(await this.#page({ page, ...filter }, {}), page);
      for (const item of items) {
        const { object } = this.#customerOf(item);
        if (object !== undefined) {
          found.push({ ...object, madeFor: madeFor(item) });
        }
      }
      if (isLast) {
        return found;
      }
    }
  }

  #page(
    query: { readonly page: number; readonly key?: string; readonly subject?: string },
    bounds: Bounds,
  ): Promise<Answer> {
    const call = this.#within(bounds).GET("/api/v1/customers", {
      parseAs: "text",
      params: { query: { ...query, pageSize, orderBy: "id", order: "ASC" } },
    });
    return answerOf(call);
  }

  #itemsOf(answer: Answer, page: number): { readonly items: readonly unknown[]; readonly isLast: boolean } {
    const json = this.answers.json(answer);
    const { items, totalCount } = isPlainObject(json) ? json : {};
    if (!Array.isArray(items) || typeof totalCount !== "number") {
      throw this.answers.unintelligible(answer);
    }
    return { items, isLast: items.length === 0 || page * pageSize >= totalCount };
  }

  #customerOf(value: unknown): Answered {
    const found = readAnswer(customerKind, flattened(value));
    if (found === undefined) {
      throw this.answers.foreign();
    }
    return found;
  }
}

/** A key as a path segment of this API; `undefined` where only a list finds it. */
function segmentOf(key: string): string | undefined {
  const segment = keySegment(key);
  return segment === undefined || segment.length > maxSegment ? undefined : segment;
}

/** Whether an answer says that the record is deleted, which only its id can meet. */
export function isGone({ status, body }: Pick<Answer, "status" | "body">): boolean {
  return status === 412 && body.includes("customer is deleted");
}

function madeFor(item: unknown): string | undefined {
  const annotations = isPlainObject(item) ? item.annotations : undefined;
  const { createdBy, subjectId } = isPlainObject(annotations) ? annotations : {};
  return createdBy === "customer.provisioner" && typeof subjectId === "string" ? subjectId : undefined;
}

/** The body as the SDK's types have it: the kind's table and body.ts say what is in it. */
function typed(body: CustomerBody) {
  return body as CustomerBody & { readonly name: string };
}
