// How times, places and reasons are put into words.

export function duration(ms) {
  if (ms < 1) {
    return "under 1 ms";
  }
  if (ms < 1000) {
    return `${Math.round(ms)} ms`;
  }
  const s = ms / 1000;
  if (s < 10) {
    return `${s.toFixed(1)} s`;
  }
  if (s < 60) {
    return `${Math.floor(s)} s`;
  }
  const parts = [["d", 86_400], ["h", 3600], ["min", 60], ["s", 1]];
  const first = parts.findIndex(([, size]) => s >= size);
  const [unit, size] = parts[first];
  const [smallUnit, smallSize] = parts[first + 1] ?? [null, 1];
  const small = smallUnit === null ? 0 : Math.floor((s % size) / smallSize);
  return `${Math.floor(s / size)} ${unit}${small > 0 ? ` ${small} ${smallUnit}` : ""}`;
}

const figure = new Intl.NumberFormat();

/** A number that people can read at a glance. */
export const number = (value) => figure.format(value);

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const calendar = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A moment: its time, and its day if that is not today. */
export function moment(instant) {
  const date = new Date(instant);
  return (date.toDateString() === new Date().toDateString() ? clock : calendar).format(date);
}

/** Where an instance is, for people: all are on one host. */
export function place(url) {
  try {
    return `:${new URL(url).port || 80}`;
  } catch {
    return "";
  }
}

/** The page of another instance, under the name of the host that this page was loaded from. */
export function pageOf(url) {
  try {
    const page = new URL(url);
    page.hostname = location.hostname;
    return page.href;
  } catch {
    return "";
  }
}

const reasons = {
  FIRST_LEADER: "The first leader of this group",
  ALL_STARTED_ANEW: "All instances had been stopped",
  PROCESS_DIED: "The previous leader died",
  STOPPED_RESPONDING: "The previous leader fell silent",
  RELEASED: "The previous leader gave up",
  RENEW_DEADLINE_PASSED: "The previous leader could not renew its lease in time",
  DEPOSED: "The previous leader lost its lease",
  STEPPED_DOWN: "The previous leader was asked to step down",
  HANDLER_FAILED: "The work of the leader before it failed",
  CLOSED: "The previous leader was stopped",
  UNKNOWN: "Nobody saw why",
};

export const reason = (code) => (code ? reasons[code] ?? code : "");

const shortReasons = {
  FIRST_LEADER: "first leader",
  ALL_STARTED_ANEW: "all started anew",
  PROCESS_DIED: "process died",
  STOPPED_RESPONDING: "fell silent",
  RELEASED: "gave up",
  RENEW_DEADLINE_PASSED: "missed its renewal",
  DEPOSED: "lost its lease",
  STEPPED_DOWN: "stepped down",
  HANDLER_FAILED: "work failed",
  CLOSED: "stopped",
  UNKNOWN: "unseen",
};

export const shortReason = (code) => (code ? shortReasons[code] ?? code : "");
