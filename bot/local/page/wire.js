// The drawer that lists every call of the bot and every delivery to it.
import { el } from "/page/text.js";

const drawer = document.getElementById("wire");
const opener = document.getElementById("wire-open");
const list = document.getElementById("wire-list");
const drawn = new Set();

function entry(one, control) {
  const good = one.status >= 200 && one.status < 300 && !one.note && one.answer?.ok !== false;
  const facts = el("pre", { tabIndex: 0 });
  const details = el("details", {},
    el("summary", {},
      el("span", { class: `way ${one.way}`, title: one.way === "bot" ? "the bot calls Slack" : "Slack calls the bot" },
        one.way === "bot" ? "←" : "→"),
      el("span", { class: "what" }, one.what),
      one.retry && el("span", { class: "retry" }, `retry ${one.retry}`),
      el("span", { class: `status ${good ? "good" : "bad"}` }, one.note || (one.status ? String(one.status) : "no answer")),
      el("span", { class: "ms" }, `${one.ms} ms`)),
    facts,
    one.id && el("button", { type: "button", class: "plain", onclick: () => control("redeliver", { delivery: one.id }) },
      "Deliver again"));
  details.addEventListener("toggle", () => {
    if (details.open) facts.textContent = JSON.stringify({ request: one.request, answer: one.answer }, null, 2);
  });
  return el("li", {}, details);
}

export async function refresh(control) {
  if (drawer.hidden) return;
  const entries = await (await fetch("/control/wire")).json();
  for (const one of entries) {
    if (drawn.has(one.n)) continue;
    drawn.add(one.n);
    list.prepend(entry(one, control));
  }
  while (list.children.length > 120) list.lastChild.remove();
}

export function setUp(control) {
  const show = (open) => {
    drawer.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("with-wire", open);
    if (open) refresh(control);
  };
  opener.addEventListener("click", () => show(drawer.hidden));
  document.getElementById("wire-close").addEventListener("click", () => { show(false); opener.focus(); });
}
