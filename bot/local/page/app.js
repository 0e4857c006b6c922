// The page: who is looking, at which room, and everything drawn from one state; it is asked for again at every change.
import { blocks, menu as dots, people } from "/page/blocks.js";
import { guide } from "/page/guide.js";
import { filled, modal } from "/page/modal.js";
import { clock, el, mrkdwn, names, svg } from "/page/text.js";
import * as wire from "/page/wire.js";

const byId = (id) => document.getElementById(id);
const phone = matchMedia("(max-width: 760px)");
let state = null;
let [me, room, tab] = location.hash.slice(1).split("/");
me ||= "U0MAYA";
tab ||= "messages";
const seen = JSON.parse(localStorage.getItem("walkaway-seen") ?? "{}");

async function control(name, body = {}) {
  try {
    const response = await fetch(`/control/${name}`, {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ person: me, ...body }),
    });
    const answer = await response.json();
    if (answer.error && answer.error !== "form" && name !== "command") toast(`That did not work: ${answer.error}`);
    return answer;
  } catch {
    toast("The workspace does not answer. Is it still running?");
    return { ok: false };
  }
}

let fading;
function toast(words) {
  const node = byId("toast");
  node.textContent = words;
  node.hidden = false;
  clearTimeout(fading);
  fading = setTimeout(() => { node.hidden = true; }, 6000);
}

// ---- pieces

const initials = (name) => name.split(/\s+/).map((part) => part[0]).slice(0, 2).join("");

function avatar(person, size = "") {
  if (person?.bot) return el("img", { class: `avatar ${size}`, src: "/page/mark.svg", alt: "" });
  const tint = [...(person?.id ?? "?")].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  return el("span", { class: `avatar tint${tint} ${size}`, "aria-hidden": "true" }, initials(person?.name ?? "?"));
}

const when = (ts, options) => new Intl.DateTimeFormat("en-GB", { timeZone: clock.zone, ...options }).format(new Date(Number(ts) * 1000));
const dayOf = (ts) => when(ts, { weekday: "long", day: "numeric", month: "long" });
const timeOf = (ts) => when(ts, { hour: "2-digit", minute: "2-digit" });
const nowTs = () => Date.parse(state.now) / 1000;
const person = (id) => state.people.find((one) => one.id === id);
const current = () => state.rooms.find((one) => one.id === room) ?? state.rooms.find((one) => one.kind === "im");

function actsIn(target, filled) {
  const fields = new Map(); // what stands in a message's own inputs
  const beside = filled ?? (() => Object.fromEntries([...fields].map(([name, read]) => [name, read()])));
  const act = async (block, element, value, node) => {
    node.setAttribute("aria-busy", "true");
    stick = true;
    const where = target.view ? { view: target.view } : { channel: target.channel, ts: target.ts };
    await control("press", { ...where, block: block.block_id, action: element.action_id, value, values: beside() });
    node.removeAttribute("aria-busy");
  };
  return { act, change: act, fields };
}

// ---- the message pane

// What apps offer on a message; on what only one person sees, nothing.
function shortcuts(one) {
  if (one.only_for || !state.shortcuts.length) return null;
  const entries = state.shortcuts.map(({ id, name }) => ({
    label: name, note: "Walkaway", go: () => control("shortcut", { channel: one.channel, ts: one.ts, callback_id: id }),
  }));
  return el("div", { class: "more" }, dots("More actions", entries));
}

function message(one, before) {
  const who = person(one.user);
  const joined = before && before.user === one.user && !one.only_for && Number(one.ts) - Number(before.ts) < 300 && !before.only_for
    && dayOf(before.ts) === dayOf(one.ts);
  const body = one.blocks.length
    ? el("div", { class: "blocks" }, blocks(one.blocks, actsIn(one)))
    : el("div", { class: "words" }, mrkdwn(one.text));
  return el("article", { class: `message${joined ? " joined" : ""}${one.only_for ? " only" : ""}${one.thread_ts ? " thread" : ""}` },
    joined ? el("time", { class: "gutter", dateTime: new Date(one.ts * 1000).toISOString() }, timeOf(one.ts)) : avatar(who),
    el("div", { class: "message-body" },
      one.only_for && el("p", { class: "only-note" }, "Only visible to you"),
      !joined && el("header", {},
        el("strong", {}, who?.name ?? one.user), who?.bot && el("span", { class: "chip app" }, "APP"),
        who?.outside && el("span", { class: "chip" }, "StagnantCo"), who?.guest && el("span", { class: "chip" }, "guest"),
        el("time", { dateTime: new Date(one.ts * 1000).toISOString() }, timeOf(one.ts))),
      body, one.edited && el("span", { class: "edited" }, "(edited)")),
    shortcuts(one));
}

const drawn = new Map();
let stick = false; // whoever just did something, or came back to the messages, sees the newest

function drawMessages(place) {
  const pane = byId("messages");
  const scroll = byId("scroll");
  const bottom = stick || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80 || pane.dataset.room !== place.id + me;
  if (pane.dataset.room !== place.id + me) {
    drawn.clear();
    pane.replaceChildren();
  }
  pane.dataset.room = place.id + me;
  const wanted = [];
  let before = null;
  for (const one of place.messages) {
    if (!before || dayOf(before.ts) !== dayOf(one.ts)) wanted.push([`day ${dayOf(one.ts)}`, () => dayLine(one.ts)]);
    const last = before;
    wanted.push([JSON.stringify([one, last && [last.user, last.ts]]), () => message(one, last)]);
    before = one;
  }
  if (!wanted.length) wanted.push(["empty", () => emptyRoom(place)]);
  const kept = new Set(wanted.map(([key]) => key));
  for (const [key, node] of drawn) if (!kept.has(key)) { node.remove(); drawn.delete(key); }
  let at = pane.firstChild;
  for (const [key, make] of wanted) {
    if (!drawn.has(key)) drawn.set(key, make());
    const node = drawn.get(key);
    if (node === at) at = at.nextSibling;
    else pane.insertBefore(node, at);
  }
  if (bottom) scroll.scrollTop = scroll.scrollHeight;
  stick = false;
}

function dayLine(ts) {
  const today = dayOf(ts) === dayOf(nowTs());
  return el("div", { class: "day", role: "separator" }, el("span", {}, today ? "Today" : dayOf(ts)));
}

function emptyRoom(place) {
  const words = place.kind === "im"
    ? "Your private chat with Walkaway. Nobody else sees it."
    : place.shared ? "People from StagnantCo can read this channel." : "Nothing said here yet.";
  return el("div", { class: "empty" }, place.kind === "im" && avatar(person(state.bot), "big"), el("p", {}, words));
}

let homeDrawn = "";
function drawHome() {
  const key = JSON.stringify([me, state.home]);
  if (key === homeDrawn) return;
  homeDrawn = key;
  byId("home").replaceChildren(...(state.home
    ? blocks(state.home.blocks, actsIn({ view: state.home.id }))
    : [el("div", { class: "empty" }, avatar(person(state.bot), "big"), el("p", {}, "Nothing on this page yet: it fills with your first deal."))]));
}

// ---- the sidebar

function drawPeople() {
  byId("people").replaceChildren(...state.people.filter((one) => !one.bot && !one.outside && !one.guest && one.id !== "USLACKBOT")
    .map((one) => el("button", {
      class: "person", role: "radio", "aria-checked": String(one.id === me), onclick: () => go(one.id, null, "messages"),
    }, avatar(one, "small"), el("span", {}, el("b", {}, one.name), el("small", {}, one.zone.split("/")[1].replace("_", " "))))));
}

function roomMark(one) {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": "1.7" };
  const picture = (...parts) => svg("svg", { viewBox: "0 0 20 20", width: 17, height: 17, "aria-hidden": "true" }, ...parts);
  if (one.shared) {
    const rings = [svg("circle", { cx: 7, cy: 10, r: 5, ...line }), svg("circle", { cx: 13, cy: 10, r: 5, ...line })];
    return el("span", { class: "rings", title: "Shared with StagnantCo" }, picture(...rings));
  }
  if (one.kind !== "private") return "#";
  return picture(svg("rect", { x: 4.5, y: 9, width: 11, height: 8, rx: 1.6, ...line }), svg("path", { d: "M7 9V6.5a3 3 0 0 1 6 0V9", ...line }));
}

function unread(place) {
  const last = place.messages.filter((one) => one.user !== me).at(-1);
  return last && Number(last.ts) > (seen[me + place.id] ?? 0);
}

function entry(mark, label, place, go_to, here) {
  const fresh = place && !here && unread(place);
  return el("button", { class: `place${here ? " here" : ""}${fresh ? " unread" : ""}`, "aria-current": here ? "page" : false, onclick: go_to },
    el("span", { class: "mark", "aria-hidden": "true" }, mark), el("span", { class: "place-name" }, label),
    fresh && el("span", { class: "dot" }, el("span", { class: "quiet" }, "new messages")),
    place?.shared && el("span", { class: "quiet" }, "shared with StagnantCo"));
}

function drawPlaces(here) {
  const chat = state.rooms.find((one) => one.kind === "im");
  byId("coach").replaceChildren(
    entry(avatar(person(state.bot), "tiny"), "Walkaway", chat, () => go(me, chat.id, "messages"), here.kind === "im" && tab === "messages"),
    entry("⌂", "Home", null, () => go(me, chat.id, "home"), here.kind === "im" && tab === "home"));
  byId("rooms").replaceChildren(...state.rooms.filter((one) => one.kind !== "im").map((one) =>
    entry(roomMark(one), one.name, one, () => go(me, one.id, "messages"), one.id === here.id)));
}

function drawClock() {
  const ts = nowTs();
  byId("clock-day").textContent = when(ts, { weekday: "short", day: "numeric", month: "short" });
  byId("clock-time").textContent = timeOf(ts);
  const days = Math.floor(state.offset / 86400);
  const hours = Math.round((state.offset % 86400) / 3600);
  const ahead = [days && `${days} day${days > 1 ? "s" : ""}`, hours && `${hours} h`].filter(Boolean).join(" ");
  byId("clock-note").textContent = ahead ? `${ahead} ahead of the real time` : `the real time, in ${clock.zone}`;
}

function drawTop(here) {
  const chat = here.kind === "im";
  byId("title").textContent = chat ? "Walkaway" : `${here.kind === "private" ? "" : "# "}${here.name}`;
  byId("about").textContent = chat ? "Only you and the coach"
    : `${here.members.length} members${here.shared ? " · shared with StagnantCo" : here.kind === "private" ? " · private" : ""}`;
  byId("tabs").hidden = !chat;
  for (const one of ["messages", "home"]) byId(`tab-${one}`).setAttribute("aria-selected", String(tab === one));
  byId("messages").hidden = tab !== "messages";
  byId("home").hidden = tab !== "home";
  byId("composer").hidden = tab !== "messages";
  const line = byId("line");
  line.className = `line ${state.transport}`;
  line.textContent = state.transport === "none" ? "bot not connected" : "bot connected";
  byId("composer-text").placeholder = chat ? (phone.matches ? "Message, or / for commands" : "Message Walkaway, or type / for its commands") : `Message #${here.name}`;
  byId("composer-note").textContent = here.shared ? "Readable by people of StagnantCo." : "";
}

function draw() {
  if (!state) return;
  const here = current();
  room = here.id;
  clock.zone = person(me).zone;
  people.list = state.people;
  names.people = new Map(state.people.map((one) => [one.id, one.name]));
  names.rooms = new Map(state.rooms.map((one) => [one.id, one.name]));
  const last = here.messages.at(-1);
  if (last && tab === "messages" && !document.hidden) {
    seen[me + here.id] = Number(last.ts);
    localStorage.setItem("walkaway-seen", JSON.stringify(seen));
  }
  drawPeople();
  drawPlaces(here);
  drawClock();
  drawTop(here);
  if (here.kind === "im" && tab === "messages") guide(state, type, move);
  else byId("guide").hidden = true;
  drawMessages(here);
  drawHome();
  modal(state.modal, control, state.modal ? actsIn({ view: state.modal.id }, filled) : null);
}

// ---- doing things

function go(who, place, which) {
  const changed = tab !== which || who !== me;
  stick = stick || changed;
  [me, room, tab] = [who, place ?? `D${who.slice(1)}`, which];
  location.hash = `${me}/${room}/${tab}`;
  menu(false);
  if (which === "home" && changed) control("home");
  refresh();
}

async function type(line) {
  stick = true;
  const body = { channel: room, text: line };
  const answer = await control(line.startsWith("/") ? "command" : "say", body);
  if (answer.error === "not_subscribed") toast("The bot does not listen here.");
}

const move = (to) => control("clock", { to });

function menu(open) {
  byId("side").classList.toggle("open", open);
  byId("scrim").hidden = !open;
  if (phone.matches) byId("side").inert = !open;
  if (open) byId("side-close").focus();
}

function hints(text) {
  const box = byId("hints");
  const offered = state && text.startsWith("/") && !text.includes(" ") ? state.commands.filter((one) => one.startsWith(text)) : [];
  box.hidden = !offered.length;
  box.replaceChildren(...offered.map((one) => el("button", {
    type: "button", onclick: () => { byId("composer-text").value = `${one} `; box.hidden = true; byId("composer-text").focus(); },
  }, el("b", {}, one), " Walkaway")));
}

function setUp() {
  const box = byId("composer-text");
  const fit = () => { box.style.height = "auto"; box.style.height = `${Math.min(box.scrollHeight, 160)}px`; };
  const send = () => {
    const line = box.value.trim();
    if (!line) return;
    box.value = "";
    fit();
    hints("");
    type(line);
  };
  box.addEventListener("input", () => { fit(); hints(box.value); });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); send(); }
    if (event.key === "Escape") hints("");
  });
  byId("composer").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  byId("side-open").addEventListener("click", () => menu(true));
  byId("side-close").addEventListener("click", () => { menu(false); byId("side-open").focus(); });
  byId("scrim").addEventListener("click", () => menu(false));
  for (const one of document.querySelectorAll("[data-to]")) one.addEventListener("click", () => move(one.dataset.to));
  for (const one of document.querySelectorAll("[data-tab]")) one.addEventListener("click", () => go(me, room, one.dataset.tab));
  document.addEventListener("redraw", draw);
  document.addEventListener("visibilitychange", draw);
  const sized = () => { byId("side").inert = phone.matches && !byId("side").classList.contains("open"); };
  phone.addEventListener("change", sized);
  sized();
  wire.setUp(control);
}

let asked = false;
let again = false;
async function refresh() {
  if (asked) { again = true; return; }
  asked = true;
  try {
    const answer = await fetch(`/control/state?person=${encodeURIComponent(me)}`);
    if (!answer.ok) { me = "U0MAYA"; again = true; return; }
    const fresh = await answer.json();
    if (fresh.me === me) { state = fresh; draw(); }
    await wire.refresh(control);
  } catch {
    byId("line").textContent = "workspace stopped";
    byId("line").className = "line none";
  } finally {
    asked = false;
    if (again) { again = false; refresh(); }
  }
}

setUp();
refresh();
const live = new EventSource("/control/live");
live.addEventListener("message", refresh);
live.addEventListener("error", () => { byId("line").textContent = "reconnecting…"; });
setInterval(() => state && refresh(), 30000);
window.addEventListener("hashchange", () => {
  const [who, place, which] = location.hash.slice(1).split("/");
  if (who && (who !== me || place !== room || which !== tab)) { [me, room, tab] = [who, place, which || "messages"]; refresh(); }
});

