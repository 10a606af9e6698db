import { type Answer, json, problem } from "./answer";
import type { ApiCall } from "./call";
import type { Delivery } from "./delivery";
import type { AlterFault, FaultAction, RaceFault, StatusFault } from "./fault";

/** One request on its way. */
export interface Struck {
  readonly call: ApiCall;
  /** Carries the request out. Once. */
  readonly apply: () => Answer;
  /** Carries the request out, with another client's in the middle. Once. */
  readonly race: (fault: RaceFault) => Answer;
  /** Waits, unless the emulator closes meanwhile: then it throws. */
  readonly wait: (ms: number) => Promise<void>;
}

/** Lets a fault have its way with a request. */
export async function strike(fault: FaultAction, { call, apply, race, wait }: Struck): Promise<Delivery> {
  switch (fault.kind) {
    case "status":
    case "html":
    case "empty":
    case "redirect":
    case "huge":
      if (fault.applied === true) {
        apply();
      }
      return { how: "whole", answer: insteadOfAnswer(fault, call) };
    case "delay":
      await wait(fault.ms);
      return { how: "whole", answer: apply() };
    case "call": {
      await fault.before?.();
      const answer = apply();
      await fault.after?.();
      return { how: "whole", answer };
    }
    case "alter":
      return { how: "whole", answer: alter(apply(), fault) };
    case "race":
      return { how: "whole", answer: race(fault) };
    case "gzip":
      return { how: "compressed", answer: apply() };
    case "hang":
      return { how: "never" };
    case "trickle":
      return { how: "slowly", answer: apply(), ms: fault.ms };
    case "truncate":
      return { how: "half", answer: apply() };
    case "resetAfter":
      apply();
      return { how: "reset" };
    case "resetBefore":
      return { how: "reset" };
  }
}

function insteadOfAnswer(fault: Extract<FaultAction, { applied?: boolean }>, call: ApiCall): Answer {
  switch (fault.kind) {
    case "status":
      return statusAnswer(fault, call);
    case "html": {
      const payload =
        "<!doctype html>\n<html><head><title>Gateway</title></head><body><h1>Gateway</h1></body></html>\n";
      return { status: fault.status ?? 200, headers: { "content-type": "text/html; charset=utf-8" }, payload };
    }
    case "empty":
      return { status: 200, headers: {}, payload: "" };
    case "redirect":
      return { status: fault.status ?? 307, headers: { location: fault.location }, payload: "" };
    case "huge": {
      const frame = `[""]`;
      const payload = `["${"x".repeat(Math.max(0, fault.bytes - frame.length))}"]`;
      return { status: 200, headers: { "content-type": "application/json" }, payload };
    }
  }
}

function statusAnswer(fault: StatusFault, call: ApiCall): Answer {
  const plain = bodyOf(fault, call);
  return {
    ...plain,
    headers: {
      ...plain.headers,
      ...(fault.contentType !== undefined && { "content-type": fault.contentType }),
      ...(fault.retryAfter !== undefined && { "retry-after": fault.retryAfter }),
      ...fault.headers,
    },
  };
}

function bodyOf({ status, body, echoRequest }: StatusFault, call: ApiCall): Answer {
  const detail = echoRequest === true ? echo(call) : "a fault set in the emulator";
  if (typeof body === "string") {
    const payload = echoRequest === true ? `${body}\n${detail}` : body;
    return { status, headers: { "content-type": "text/plain; charset=utf-8" }, payload };
  }
  const contentType = status < 400 ? "application/json" : "application/problem+json";
  if (body !== undefined) {
    return json(status, echoRequest === true ? { ...body, detail } : body, contentType);
  }
  // Not problem(): its 500 tells no detail, but a fault's may have to echo.
  const document = { type: "about:blank", title: "Fault", status, detail };
  return echoRequest === true ? json(status, document, contentType) : problem(status, detail);
}

function echo({ headers, body }: ApiCall): string {
  const sent = body.kind === "json" ? JSON.stringify(body.value) : "";
  return `Authorization: ${headers.authorization ?? ""} ${sent}`;
}

function alter(answer: Answer, { change, contentType }: AlterFault): Answer {
  if (answer.payload === "") return answer;
  const headers = { ...answer.headers, ...(contentType !== undefined && { "content-type": contentType }) };
  return { ...answer, headers, payload: JSON.stringify(change(JSON.parse(answer.payload))) };
}
