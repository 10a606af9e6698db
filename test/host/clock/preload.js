// @ts-check
/**
 * Loaded into the dynamic host before anything else (`node --require`): puts the provider on a clock that stands still while
 * anything can happen by itself, and jumps to the next timer when nothing can. Each jump is asked of the test (see ./host-clock).
 *
 * "Nothing can happen by itself" is read off undici's diagnostics: no request is in flight, or only such that the test's server
 * holds up on purpose and has said so.
 */
const diagnostics = require("node:diagnostics_channel");
const { join } = require("node:path");

/** @typedef {{ readonly at: number, readonly ring: () => void }} Timer */
/** @typedef {{ timer: Timer | undefined, talking: boolean }} Flight */

const { systemClock } = require(join(__dirname, "../../../provider/dist/openmeter/clock.js"));
const { Told } = require(join(__dirname, "../../../provider/dist/core/told.js"));

// One process serves many cases, and each is to hear the whole message.
Told.prototype.messageOf = (/** @type {Error} */ { message }) => message;

let now = Date.UTC(2026, 0, 15, 12);
/** @type {Set<Timer>} */
const timers = new Set();
/** The timer of the request that is about to be made. @type {Timer | undefined} */
let nextTimeout;
/** @type {Map<object, Flight>} */
const flights = new Map();
/** How many requests in flight the server holds up: before it answers, and after the head of its answer. */
const heldUp = { silent: 0, talking: 0 };
/** Counts whatever may change what there is to wait for. */
let events = 0;

/** @type {(ms: number, ring: () => void) => Timer} */
function setTimer(ms, ring) {
  const timer = { at: now + ms, ring };
  timers.add(timer);
  changed();
  return timer;
}

Object.assign(systemClock, {
  now: () => now,
  random: () => 0.5,
  // Lines about progress are none of what these tests hold, and their timer would be one more thing to wait for.
  every: () => () => {},
  /** @type {(ms: number) => Promise<void>} */
  sleep: (ms) => new Promise((resolve) => setTimer(ms, resolve)),
  /** @type {(ms: number) => AbortSignal} */
  timeout: (ms) => {
    const controller = new AbortController();
    nextTimeout = setTimer(ms, () => controller.abort(new DOMException("timeout", "TimeoutError")));
    return controller.signal;
  },
});

/** @type {(name: string, heard: (request: object) => void) => void} */
function onRequest(name, heard) {
  diagnostics.subscribe(`undici:request:${name}`, (message) => {
    heard(/** @type {{ request: object }} */ (message).request);
    changed();
  });
}

onRequest("create", (request) => {
  flights.set(request, { timer: nextTimeout, talking: false });
  nextTimeout = undefined;
});
onRequest("headers", (request) => {
  const flight = flights.get(request);
  if (flight !== undefined) flight.talking = true;
});
diagnostics.subscribe("undici:request:error", (message) => {
  const { error } = /** @type {{ error: { code?: string } }} */ (message);
  if (error.code === "ECONNREFUSED") process.send?.({ turnedAway: true });
});
for (const end of ["trailers", "error"]) {
  onRequest(end, (request) => {
    const { timer } = flights.get(request) ?? {};
    flights.delete(request);
    // What has an answer needs no timeout any more. Whose timer has rung was held up.
    if (timer !== undefined) timers.delete(timer);
  });
}

process.on("message", (/** @type {{ heldUp?: "silent" | "talking", go?: true, idle?: true }} */ message) => {
  if (message.idle) idleAsked = true;
  if (message.heldUp !== undefined) heldUp[message.heldUp] += 1;
  if (message.go) jump();
  changed();
});
process.channel?.unref();

function nothingHappens() {
  const talking = [...flights.values()].filter((flight) => flight.talking).length;
  return timers.size > 0 && talking === heldUp.talking && flights.size - talking === heldUp.silent;
}

let asking = false;

/** Looks again after some turns of the event loop in which nothing has changed: what was just answered may ask for more. */
function changed() {
  events += 1;
  const seen = events;
  /** @type {(turns: number) => void} */
  const look = (turns) => {
    if (seen !== events || asking) return;
    if (turns > 0) setImmediate(look, turns - 1);
    else if (nothingHappens()) ask();
    else tellIdle();
  };
  look(25);
}

let idleAsked = false;

/** Tells a test that waits for it that nothing is under way any more. */
function tellIdle() {
  if (!idleAsked || flights.size > 0 || timers.size > 0) return;
  idleAsked = false;
  process.send?.({ idle: true });
}

function ask() {
  asking = true;
  process.send?.({ waitMs: Math.min(...[...timers].map(({ at }) => at)) - now });
}

function jump() {
  asking = false;
  if (!nothingHappens()) return;
  now = Math.min(...[...timers].map(({ at }) => at));
  for (const timer of [...timers].filter(({ at }) => at <= now)) {
    timers.delete(timer);
    for (const flight of flights.values()) {
      if (flight.timer === timer) heldUp[flight.talking ? "talking" : "silent"] -= 1;
    }
    timer.ring();
  }
}
