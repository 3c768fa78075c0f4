// The flags: shown as they are, changed by switches and forms.

import { flagPath, Problem, write } from "./api.js";
import { byId, el, keyed, setAttribute, setText, toast } from "./dom.js";
import { moment, number } from "./words.js";

const flags = new Map();
/** Commits that deleted flags: an answer that is older does not bring them back. */
const deleted = new Map();
let loaded = false;

/** What the events tell. */
export function onFlags(event) {
  if (event.all) {
    flags.clear();
    deleted.clear();
    loaded = true;
  }
  for (const key of event.deleted) {
    remove(key, event.seqno);
  }
  for (const flag of event.flags) {
    keep(flag);
  }
  render();
}

function remove(key, seqno) {
  deleted.set(key, seqno);
  if (flags.get(key)?.seqno <= seqno) {
    flags.delete(key);
  }
}

/** Events and answers to requests may come in any order. */
function keep(flag) {
  if ((flags.get(flag.key)?.seqno ?? -1) <= flag.seqno && (deleted.get(flag.key) ?? -1) < flag.seqno) {
    flags.set(flag.key, flag);
  }
}

function render() {
  const wanted = byId("find").value.trim().toLowerCase();
  const all = [...flags.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const shown = all.filter((flag) => flag.key.toLowerCase().includes(wanted));
  setText(byId("flags-count"), all.length > 0 ? String(all.length) : "");
  const empty = byId("flags-empty");
  empty.hidden = !loaded || shown.length > 0;
  setText(empty, all.length > 0 ? `No flag has “${wanted}” in its name.` : "No flags yet. Add the first one below.");
  keyed(byId("flag-list"), shown, (flag) => flag.key, makeFlag, updateFlag);
}

byId("find").addEventListener("input", render);

function makeFlag(flag) {
  const { key } = flag;
  const id = `flag-${key}`;
  return el(
    "li",
    { class: "flag" },
    el("button", {
      type: "button",
      class: "switch",
      role: "switch",
      id,
      "aria-checked": "false",
      "aria-label": key,
      on: { click: () => toggle(key) },
    }),
    el(
      "div",
      { class: "flag-what" },
      el("label", { class: "flag-key", for: id, text: key }),
      el("span", { class: "flag-value", "data-fact": "value" }),
      el(
        "p",
        { class: "flip", "data-fact": "flip" },
        el("span", { "data-fact": "flip-text" }),
        el("button", {
          type: "button",
          class: "link",
          text: "cancel",
          "aria-label": `Cancel the flip of ${key}`,
          on: { click: () => unschedule(key) },
        }),
      ),
    ),
    el(
      "p",
      { class: "flag-numbers" },
      el("span", { "data-fact": "rev" }),
      el("span", { "data-fact": "exposures" }),
    ),
    el(
      "div",
      { class: "flag-buttons" },
      el("button", {
        type: "button",
        class: "link",
        text: "Schedule",
        "aria-label": `Schedule a flip of ${key}`,
        on: { click: () => openSchedule(key) },
      }),
      el("button", {
        type: "button",
        class: "link danger",
        text: "Delete",
        "aria-label": `Delete ${key}`,
        on: { click: () => openRemove(key) },
      }),
    ),
  );
}

function updateFlag(element, flag) {
  const at = (name) => element.querySelector(`[data-fact="${name}"]`);
  setAttribute(element.querySelector(".switch"), "aria-checked", String(flag.enabled));
  setText(at("value"), flag.value);
  setText(at("rev"), `rev ${number(flag.rev)}`);
  setText(at("exposures"), `${number(flag.exposures)} ${flag.exposures === 1 ? "exposure" : "exposures"}`);
  at("flip").hidden = flag.scheduledFlip === null;
  if (flag.scheduledFlip !== null) {
    setText(at("flip-text"), `turns ${flag.scheduledFlip.enabled ? "on" : "off"} at ${moment(flag.scheduledFlip.at)}`);
  }
}

/** Sends a change; what comes back is shown at once, here, and by the events everywhere. */
async function change(key, request) {
  const control = byId(`flag-${key}`);
  control?.setAttribute("aria-busy", "true");
  try {
    const flag = await request();
    if (flag !== null) {
      keep(flag);
    }
    return true;
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 412) {
      toast(`Somebody else changed ${key} at the same moment. This is how it is now.`, "bad");
    } else {
      toast(`${key}: ${failure.message}`, "bad");
    }
    return false;
  } finally {
    control?.removeAttribute("aria-busy");
    render();
  }
}

function toggle(key) {
  const flag = flags.get(key);
  if (flag === undefined || byId(`flag-${key}`).hasAttribute("aria-busy")) {
    return;
  }
  const body = { enabled: !flag.enabled, value: flag.value };
  change(key, () => write("PUT", flagPath(key), body, { "If-Match": `"${flag.rev}"` }));
}

function unschedule(key) {
  change(key, () => write("DELETE", `${flagPath(key)}/schedule`));
}

const add = byId("add");
add.addEventListener("submit", async (event) => {
  event.preventDefault();
  const key = add.elements.key.value;
  const body = { enabled: false, value: add.elements.value.value };
  try {
    keep(await write("PUT", flagPath(key), body, { "If-None-Match": "*" }));
    render();
    add.reset();
    add.elements.key.focus();
  } catch (failure) {
    toast(failure.status === 412 ? `There is a flag ${key} already.` : failure.message, "bad");
  }
});

// Not buttons that submit: the first of those is what the Enter key presses.
for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close("cancel"));
}

const schedule = byId("schedule");
const scheduleForm = byId("schedule-form");

function openSchedule(key) {
  const flag = flags.get(key);
  schedule.dataset.key = key;
  schedule.returnValue = "cancel";
  setText(byId("schedule-key"), key);
  scheduleForm.elements.enabled.value = String(!flag.enabled);
  // In a minute, as the field wants it: local time without a zone.
  const then = new Date(Date.now() + 60_000);
  scheduleForm.elements.at.value = new Date(then - then.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
  schedule.showModal();
}

schedule.addEventListener("close", () => {
  if (schedule.returnValue === "ok") {
    const { key } = schedule.dataset;
    const body = {
      at: new Date(scheduleForm.elements.at.value).toISOString(),
      enabled: scheduleForm.elements.enabled.value === "true",
    };
    change(key, () => write("PUT", `${flagPath(key)}/schedule`, body));
  }
});

const removal = byId("remove");

function openRemove(key) {
  removal.dataset.key = key;
  removal.returnValue = "cancel";
  setText(byId("remove-key"), key);
  removal.showModal();
}

removal.addEventListener("close", () => {
  if (removal.returnValue === "ok") {
    const { key } = removal.dataset;
    change(key, () => write("DELETE", flagPath(key)));
  }
});
