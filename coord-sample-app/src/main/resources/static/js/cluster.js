// Who leads, who takes part, and who led before.

import { Problem, write } from "./api.js";
import { byId, el, keyed, setAttribute, setText, toast } from "./dom.js";
import { duration, moment, pageOf, place, reason, shortReason } from "./words.js";

/** The registry, which has the heartbeats, is looked at every two seconds. */
const SILENT_MILLIS = 5000;

let roles = { leader: null, history: [] };
let participants = [];
let servedBy = "";
/** How far this browser's clock is behind the server's. */
let offset = 0;

const stepDown = byId("step-down");
let steppingDown = 0;

stepDown.addEventListener("click", async () => {
  steppingDown = roles.leader?.term ?? 0;
  render();
  try {
    await write("POST", "api/cluster/step-down", {});
    toast(`The leader of term ${steppingDown} steps down.`);
  } catch (failure) {
    steppingDown = 0;
    toast(failure instanceof Problem ? failure.message : "Nobody could be asked to step down.", "bad");
  }
  render();
});

export function onRoles(state) {
  roles = state;
  offset = Date.parse(state.now) - Date.now();
  render();
}

export function onParticipants(state) {
  participants = state.participants;
  servedBy = state.servedBy;
  offset = Date.parse(state.now) - Date.now();
  render();
}

/** The others, the leader first. */
export const others = () =>
  participants
    .filter((other) => other.participant !== servedBy && other.url !== "")
    .sort((a, b) => (b.role === "LEADER") - (a.role === "LEADER"));

const age = (instant) => Math.max(0, Date.now() + offset - Date.parse(instant));

function render() {
  renderLeader();
  renderParticipants();
  renderTimeline();
}

function renderLeader() {
  const { leader, history } = roles;
  const card = byId("leader");
  if (leader === null) {
    setAttribute(card, "data-state", "none");
    setText(byId("leader-name"), "Nobody, at this moment");
    setText(
      byId("leader-why"),
      history.length > 0 ? "Reading goes on. Writes wait for the next leader." : "The first election is under way.",
    );
    setText(byId("leader-term"), history.length > 0 ? `${history[0].term} is over` : "–");
    setText(byId("leader-since"), "–");
    setText(byId("leader-failover"), "–");
    stepDown.disabled = true;
    return;
  }
  setAttribute(card, "data-state", "known");
  const name = leader.participant === servedBy ? "this instance" : "";
  setText(byId("leader-name"), ["pid " + leader.pid, place(leader.url), name].filter(Boolean).join(" · "));
  setText(byId("leader-term"), String(leader.term));
  setText(byId("leader-since"), leader.since ? duration(age(leader.since)) : "a moment");
  byId("leader-since").title = leader.since ? `since ${moment(leader.since)}` : "";
  setText(byId("leader-failover"), leader.failoverMillis === null ? "–" : duration(leader.failoverMillis));
  setText(
    byId("leader-why"),
    leader.reason ? `${reason(leader.reason)}. Since ${moment(leader.since)}.` : "Just elected.",
  );
  const asked = steppingDown === leader.term;
  stepDown.disabled = asked;
  setText(stepDown, asked ? "Stepping down…" : "Step down");
}

function renderParticipants() {
  setText(byId("participants-count"), participants.length > 0 ? String(participants.length) : "");
  keyed(byId("participants"), participants, (one) => one.participant, makeParticipant, updateParticipant);
}

const fact = (name, label) => el("div", {}, el("dt", { text: label }), el("dd", { "data-fact": name }));

function makeParticipant(one) {
  return el(
    "li",
    { class: "card participant" },
    el(
      "div",
      { class: "participant-head" },
      el("span", { class: "badge", "data-fact": "role" }),
      el("span", { class: "participant-name", text: `pid ${one.pid}` }),
      el("span", { "data-fact": "place" }),
    ),
    el(
      "dl",
      { class: "facts" },
      fact("heartbeat", "Heartbeat"),
      fact("started", "Started"),
    ),
    el("p", { class: "capabilities", "data-fact": "capabilities" }),
  );
}

function updateParticipant(element, one) {
  const at = (name) => element.querySelector(`[data-fact="${name}"]`);
  const self = one.participant === servedBy;
  const silent = one.heartbeatAgeMillis > SILENT_MILLIS;
  setAttribute(element, "data-role", silent ? "SILENT" : one.role);
  setAttribute(element, "title", `${one.participant} on ${one.host}`);
  setText(at("role"), silent ? "silent" : one.role.toLowerCase());
  setText(at("heartbeat"), self ? "now" : `${duration(one.heartbeatAgeMillis)} ago`);
  setText(at("started"), moment(one.startedAt));
  updatePlace(at("place"), one, self);
  const capabilities = at("capabilities");
  const words = one.capabilities.length > 0 ? one.capabilities : ["no capabilities"];
  if (capabilities.dataset.shown !== words.join()) {
    capabilities.dataset.shown = words.join();
    capabilities.replaceChildren(...words.map((word) => el("span", { class: "chip", text: word })));
  }
}

function updatePlace(element, one, self) {
  const shown = `${self} ${one.url}`;
  if (element.dataset.shown === shown) {
    return;
  }
  element.dataset.shown = shown;
  if (self) {
    element.replaceChildren(el("span", { class: "here", text: `${place(one.url)} · this page` }));
  } else if (one.url === "") {
    element.replaceChildren();
  } else {
    element.replaceChildren(
      el("a", { href: pageOf(one.url), text: place(one.url), "aria-label": `Page of pid ${one.pid} at ${place(one.url)}` }),
    );
  }
}

function renderTimeline() {
  const { history } = roles;
  byId("timeline-empty").hidden = history.length > 0;
  // The longest in sight fills the width.
  const longest = Math.max(100, ...history.map((entry) => entry.failoverMillis ?? 0));
  keyed(byId("timeline"), history, (entry) => entry.term, makeEntry, (element, entry) => {
    updateEntry(element, entry, longest);
  });
}

function makeEntry(entry) {
  return el(
    "li",
    { class: "entry" },
    el(
      "div",
      { class: "entry-head" },
      el("span", { class: "entry-term", text: `Term ${entry.term}` }),
      el("span", { class: "entry-who", text: `pid ${entry.pid} ${place(entry.url)}` }),
      el("time", { datetime: entry.since, text: moment(entry.since) }),
    ),
    el(
      "div",
      { class: "entry-why" },
      el("span", { class: "chip", "data-fact": "reason" }),
      el("span", { class: "entry-gap", "data-fact": "gap" }),
    ),
    el("progress", { class: "bar", "data-fact": "bar", "aria-hidden": "true", max: "100", value: "0" }),
  );
}

function updateEntry(element, entry, longest) {
  const at = (name) => element.querySelector(`[data-fact="${name}"]`);
  const gap = entry.failoverMillis;
  setAttribute(element, "data-reason", entry.reason);
  setAttribute(element, "data-now", String(roles.leader?.term === entry.term));
  setText(at("reason"), shortReason(entry.reason));
  at("reason").title = reason(entry.reason);
  setText(at("gap"), gap === null ? "" : `${duration(gap)} without a leader`);
  at("bar").hidden = gap === null;
  setAttribute(at("bar"), "value", String(gap === null ? 0 : Math.max(1, Math.round((100 * gap) / longest))));
}

// Ages grow by themselves.
setInterval(renderLeader, 1000);
