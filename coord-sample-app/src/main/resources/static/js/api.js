// Requests to this instance. Writes are sent again with the same key until they are answered, so each happens once.

const TRY_FOR_MS = 12_000;
const PAUSE_MS = 400;

/** What the server refused, and why. */
export class Problem extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.title ?? `The server answered ${status}.`);
    this.status = status;
  }
}

export const flagPath = (key) => `api/flags/${encodeURIComponent(key)}`;

export async function write(method, path, body, headers = {}) {
  const request = {
    method,
    headers: { "Idempotency-Key": crypto.randomUUID(), ...headers },
    cache: "no-store",
  };
  if (body !== undefined) {
    request.headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  const deadline = performance.now() + TRY_FOR_MS;
  for (;;) {
    const answer = await attempt(path, request);
    if (answer.done) {
      return answer.body;
    }
    if (performance.now() > deadline) {
      throw answer.failure;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function attempt(path, request) {
  let response;
  try {
    response = await fetch(path, request);
  } catch {
    return { failure: new Error("This instance does not answer.") };
  }
  const body = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) {
    return { done: true, body };
  }
  const failure = new Problem(response.status, body);
  if (response.status === 503) {
    return { failure };
  }
  throw failure;
}
