// The REST API with the token that was given once.

const KEY = "shoal-token";

/** The server does not know the token. */
export class Refused extends Error {}

/** Takes a token from the address (`?token=` or `#token=`) and removes it there, so that it stays out of history and logs. */
export function takeTokenFromAddress() {
  const query = new URLSearchParams(location.search);
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = query.get("token") ?? fragment.get("token");
  if (token !== null) {
    localStorage.setItem(KEY, token);
    query.delete("token");
    const rest = query.toString();
    const hash = fragment.has("token") ? "" : location.hash;
    history.replaceState(null, "", location.pathname + (rest ? `?${rest}` : "") + hash);
  }
}

export const token = () => localStorage.getItem(KEY);
export const keepToken = (value) => localStorage.setItem(KEY, value);
export const forgetToken = () => localStorage.removeItem(KEY);

async function call(path, options = {}) {
  const response = await fetch(`/api/v1${path}`, {
    ...options,
    headers: {Authorization: `Bearer ${token()}`, ...options.headers},
    cache: "no-store",
  });
  if (response.status === 401 || response.status === 403) {
    throw new Refused((await response.json()).detail);
  }
  if (!response.ok) {
    const problem = await response.json().catch(() => ({detail: `status ${response.status}`}));
    throw new Error(problem.detail);
  }
  return response;
}

export async function get(path) {
  return (await call(path)).json();
}

/**
 * Server-sent events by fetch, since EventSource cannot send a header. Takes the stream up again where it broke, until `end`.
 * `on(event, data)` gets `attempt`, `log`, `end` and, for a break, `broken`.
 */
export async function follow(job, on, signal) {
  let offset = 0;
  let attempt = null;
  let ended = false;
  while (!ended && !signal.aborted) {
    try {
      const query = `offset=${offset}${attempt === null ? "" : `&attempt=${attempt}`}`;
      const response = await call(`/jobs/${job}/log/stream?${query}`, {signal});
      for await (const {event, id, data} of events(response.body)) {
        if (event === "attempt") {
          if (attempt !== null && attempt !== data) {
            offset = 0;
          }
          attempt = data;
        } else if (event === "log") {
          offset = id;
        } else if (event === "end") {
          ended = true;
        }
        on(event, data);
      }
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      if (error instanceof Refused) {
        throw error;
      }
    }
    if (!ended && !signal.aborted) {
      on("broken", "");
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    buffer += part.value;
    const blocks = buffer.split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      const parsed = {event: "", id: "", data: []};
      for (const line of block.split("\n")) {
        const colon = line.indexOf(": ");
        const value = line.slice(colon + 2);
        if (line.startsWith("event: ")) {
          parsed.event = value;
        } else if (line.startsWith("id: ")) {
          parsed.id = value;
        } else if (line.startsWith("data: ")) {
          parsed.data.push(value);
        }
      }
      if (parsed.event !== "") {
        yield {...parsed, data: parsed.data.join("\n")};
      }
    }
  }
}
