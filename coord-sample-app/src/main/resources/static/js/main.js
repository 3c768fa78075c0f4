// The page: what the events tell goes to its parts; when they end, the other instances are offered.

import { onParticipants, onRoles, others } from "./cluster.js";
import { byId, el, keyed, setAttribute, setText } from "./dom.js";
import { onFlags } from "./flags.js";
import { answers, listen } from "./live.js";
import { pageOf, place } from "./words.js";

/** A stream that is opened anew at once is nothing to tell of. */
const PATIENCE_MS = 800;
const PROBE_MS = 1500;

const here = location.port === "" ? location.host : `:${location.port}`;
let state = "connecting";
let offering;

function onState(next) {
  if (next === state) {
    return;
  }
  state = next;
  clearTimeout(offering);
  setAttribute(byId("connection"), "data-state", next);
  setText(byId("connection-text"), next === "live" ? `live · ${here}` : "reconnecting");
  document.body.classList.toggle("stale", next !== "live");
  if (next === "live") {
    byId("lost").hidden = true;
  } else {
    offering = setTimeout(offer, PATIENCE_MS);
  }
}

async function offer() {
  const pages = others().map((other) => ({ ...other, page: pageOf(other.url) }));
  const found = await Promise.all(pages.map(async (other) => ({ ...other, there: await answers(other.page) })));
  if (state === "live") {
    return;
  }
  const there = found.filter((other) => other.there);
  setText(
    byId("lost-text"),
    there.length > 0
      ? `The instance at ${here} is gone or frozen. What you see is how it was. The others go on:`
      : `The instance at ${here} is gone or frozen, and no other one answers yet. What you see is how it was.`,
  );
  keyed(
    byId("lost-others"),
    there,
    (other) => other.page,
    (other) => el("li", {}, el("a", { class: "button primary", href: other.page, text: `Continue at ${place(other.url)}` })),
    () => {},
  );
  byId("lost").hidden = false;
  offering = setTimeout(offer, PROBE_MS);
}

listen({ roles: onRoles, participants: onParticipants, flags: onFlags }, onState);
offering = setTimeout(offer, 3 * PATIENCE_MS);
