/** A server of tenants in memory. */
import type { Fields, RecordId } from "../../../provider/src/core/port";
import type { JsonObject, JsonValue } from "../../../provider/src/json";
import { OpenMeterError } from "../../../provider/src/openmeter/errors";

interface Tenant {
  readonly id: RecordId;
  readonly key: string;
  readonly fields: Fields;
  readonly isDeleted: boolean;
}

export interface TenantRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Id or key. */
  readonly target: string;
  readonly route?: "stripe";
  readonly body?: JsonObject;
}

export class TenantServer {
  readonly requests: TenantRequest[] = [];
  /** Strikes before a request is carried out; what it returns is stored in place of what was sent. */
  strike: (request: TenantRequest, key: string) => Fields | undefined = () => undefined;
  readonly #byId = new Map<string, Tenant>();

  /** The live tenant of this key. */
  get(key: string): Tenant | undefined {
    return [...this.#byId.values()].find((one) => one.key === key && !one.isDeleted);
  }

  /** The key that an id stands for, or the key itself. */
  keyOf(target: string): string {
    return this.#byId.get(target)?.key ?? target;
  }

  all(): Tenant[] {
    return [...this.#byId.values()].filter((one) => !one.isDeleted);
  }

  /** Somebody else writes these fields of a tenant. */
  put(key: string, fields: Readonly<Record<string, JsonValue | null>>): void {
    const old = this.get(key);
    const id = old?.id ?? nextId();
    this.#byId.set(id, { id, key, fields: stored({ ...old?.fields, ...fields }), isDeleted: false });
  }

  delete(key: string): void {
    const tenant = this.get(key);
    if (tenant !== undefined) {
      this.#byId.set(tenant.id, { ...tenant, isDeleted: true });
    }
  }

  /** Answers a request, or throws the refusal. */
  async request(request: TenantRequest): Promise<unknown> {
    const { method, target, route, body = {} } = request;
    await Promise.resolve();
    this.requests.push(request);
    const { key: _key, stripe, ...sent } = body;
    const instead = this.strike(request, this.keyOf(target));
    const tenant = this.#byId.get(target) ?? this.get(target);
    if (method === "POST") {
      if (tenant !== undefined) {
        throw refusal(409, `key ${target} is already used`);
      }
      this.put(target, { ...sent, ...instead });
      return answer(this.get(target));
    }
    if (tenant === undefined) {
      throw refusal(404, "not found");
    }
    if (method !== "GET" && tenant.isDeleted) {
      throw refusal(412, "tenant is deleted");
    }
    if (route === "stripe") {
      if (method !== "GET") {
        this.put(tenant.key, { stripe: method === "PUT" ? (stripe ?? null) : null, ...instead });
      }
      return { stripe: this.#byId.get(tenant.id)?.fields.stripe };
    }
    if (method === "DELETE") {
      this.delete(tenant.key);
    } else if (method === "PUT") {
      // All is replaced but for currency and Stripe, and of an address that is sent what it does not name.
      const { currency = null, address = {}, stripe: linked = null } = tenant.fields;
      const cleared = { name: null, labels: null, address: null, usedBy: null, currency, stripe: linked };
      const { address: wanted } = sent as Fields;
      this.put(tenant.key, {
        ...cleared,
        ...sent,
        ...(wanted !== undefined && { address: { ...Object(address), ...Object(wanted) } }),
        ...instead,
      });
    }
    return answer(this.#byId.get(tenant.id));
  }
}

let made = 0;

/** No two servers give out one id. */
function nextId(): RecordId {
  made += 1;
  return `01T${String(made).padStart(7, "0")}` as RecordId;
}

/** An answer that refuses. */
export function refusal(status: number, detail: string): OpenMeterError {
  return new OpenMeterError(
    status < 500 ? "refused" : "unavailable",
    `OpenMeter answered ${status}: ${detail}`,
    status,
  );
}

function answer(tenant: Tenant | undefined): unknown {
  const { stripe: _ownRoute, ...fields } = tenant?.fields ?? {};
  return {
    id: tenant?.id,
    key: tenant?.key,
    ...fields,
    ...(tenant?.isDeleted && { deletedAt: "2026-01-01T00:00:00Z" }),
  };
}

/** What is empty is absent; lists are sets. */
function stored(fields: Readonly<Record<string, JsonValue | null>>): Fields {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const isEmpty = value === null || (typeof value === "object" && Object.keys(value).length === 0);
      return isEmpty ? [] : [[name, Array.isArray(value) ? sortedSet(value) : value]];
    }),
  );
}

function sortedSet(items: readonly JsonValue[]): JsonValue[] {
  return [...new Set(items.map(String))].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
