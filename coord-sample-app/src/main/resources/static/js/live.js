// The stream of events, and what to do when it ends.

const SILENCE_MS = 4_000;
const AGAIN_MS = 700;

/**
 * Listens to this instance for ever.
 *
 * @param handlers by the name of the event; each gets the parsed data
 * @param onState is told "live" or "lost"
 */
export function listen(handlers, onState) {
  let source;
  let heard;

  function open() {
    heard = performance.now();
    source = new EventSource("api/events");
    for (const [name, handle] of Object.entries(handlers)) {
      source.addEventListener(name, (event) => {
        heard = performance.now();
        onState("live");
        handle(JSON.parse(event.data));
      });
    }
    // The browser comes again by itself, unless it was refused.
    source.onerror = () => {
      onState("lost");
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(open, AGAIN_MS);
      }
    };
  }

  // A process that is frozen keeps its connections.
  setInterval(() => {
    if (source.readyState === EventSource.OPEN && performance.now() - heard > SILENCE_MS) {
      onState("lost");
      source.close();
      open();
    }
  }, 1000);
  open();
}

/** Whether somebody answers there. What, is not for this page to read. */
export async function answers(page) {
  try {
    await fetch(new URL("favicon.svg", page), {
      mode: "no-cors",
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(1500),
    });
    return true;
  } catch {
    return false;
  }
}
