import { type Answer, json, problem } from "./answer";
import type { ApiCall } from "./call";
import { type Exchange, reset, sendCompressed, sendHalf, sendSlowly, wait, waitForDisconnect } from "./exchange";
import type { AlterFault, FaultAction, StatusFault } from "./fault";

/**
 * How a request ended: with an answer that is still to be sent as usual, or on the connection itself, with the status that
 * the client got, if it got one.
 */
export type Outcome = { readonly answer: Answer } | { readonly sent: number | undefined };

/** Lets a fault have its way with a request. */
export async function strike(fault: FaultAction, exchange: Exchange): Promise<Outcome> {
  switch (fault.kind) {
    case "status":
    case "html":
    case "empty":
    case "redirect":
    case "huge":
      if (fault.applied === true) {
        exchange.apply();
      }
      return { answer: insteadOfAnswer(fault, exchange.call) };
    case "delay":
      await wait(fault.ms, exchange);
      return { answer: exchange.apply() };
    case "call": {
      await fault.before?.();
      const answer = exchange.apply();
      await fault.after?.();
      return { answer };
    }
    case "alter":
      return { answer: alter(exchange.apply(), fault) };
    case "gzip": {
      const answer = exchange.apply();
      sendCompressed(answer, exchange);
      return { sent: answer.status };
    }
    case "hang":
      await waitForDisconnect(exchange);
      return { sent: undefined };
    case "trickle": {
      const answer = exchange.apply();
      return { sent: (await sendSlowly(answer, fault.ms, exchange)) ? answer.status : undefined };
    }
    case "truncate":
      await sendHalf(exchange.apply(), exchange);
      return { sent: undefined };
    case "resetAfter":
      exchange.apply();
      reset(exchange);
      return { sent: undefined };
    case "resetBefore":
      reset(exchange);
      return { sent: undefined };
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
