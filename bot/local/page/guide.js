// The welcome: three steps from an empty chat to a reminder, ticked off as they are done.
import { el } from "/page/text.js";

const node = document.getElementById("guide");
const KEY = "walkaway-guide";
let hidden = localStorage.getItem(KEY) === "closed";
let drawn = "";

function step(number, done, title, words, ...buttons) {
  return el("li", { class: done ? "done" : "" },
    el("span", { class: "step", "aria-hidden": "true" }, done ? "✓" : String(number)),
    el("div", {}, el("strong", {}, title, done && el("span", { class: "quiet" }, " (done)")), el("p", {}, words),
      el("div", { class: "row" }, buttons)));
}

export function guide(state, type, move) {
  const chat = state.rooms.find((room) => room.kind === "im")?.messages ?? [];
  const loaded = chat.some((message) => message.user === state.bot);
  const checked = chat.some((message) => message.user === state.bot && /check-in \d/i.test(JSON.stringify(message)));
  const moved = state.offset > 0;
  const key = JSON.stringify([hidden, loaded, checked, moved]);
  node.hidden = hidden;
  if (key === drawn) return;
  drawn = key;
  node.classList.toggle("compact", loaded);
  node.replaceChildren(
    el("div", { class: "guide-head" },
      el("h2", {}, "Three steps to a first nudge"),
      el("button", { class: "icon", type: "button", "aria-label": "Close the guide", onclick: () => show(false) }, "✕")),
    el("ol", {},
      step(1, loaded, "Pick up a deal", "A ready-made one, or your own: it takes two minutes.",
        el("button", { class: "primary", type: "button", onclick: () => type("/deal sample") }, "Load the sample deal"),
        el("button", { type: "button", onclick: () => type("/deal new") }, "Start my own")),
      step(2, checked, "Check in", "Five short questions about your last talk, four buttons each.",
        el("button", { type: "button", onclick: () => type("/deal checkin") }, "Check in now")),
      step(3, moved, "Move the clock", "See what comes by itself in the days after a check-in.",
        el("button", { type: "button", onclick: () => move("week") }, "A week on"))));
}

function show(open) {
  hidden = !open;
  if (open) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, "closed");
  node.hidden = hidden;
  drawn = "";
  document.dispatchEvent(new Event("redraw"));
}

document.getElementById("guide-open").addEventListener("click", () => show(hidden));
