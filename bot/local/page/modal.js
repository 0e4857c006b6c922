// The window a bot opens: its inputs, the errors under them, sending and closing.
import { blocks, element } from "/page/blocks.js";
import { el, plain } from "/page/text.js";

let shown = null; // { view, node, fields: Map(block_id -> {read, note}) }

function close() {
  shown?.node.close();
  shown?.node.remove();
  shown = null;
}

function input(block, on, fields, drafts) {
  const key = `f-${block.block_id}`;
  const note = el("p", { class: "problem", id: `${key}-problem`, role: "alert", hidden: true });
  const label = plain(block.label.text);
  const inner = element(block, block.element, {
    ...on,
    label,
    change: (...rest) => block.dispatch_action && on.change(...rest),
    ready: (b, e, node, read) => {
      const target = `${b.block_id} ${e.action_id}`;
      if (drafts?.has(target) && "value" in node) node.value = drafts.get(target) ?? "";
      node.setAttribute("aria-describedby", note.id);
      fields.set(b.block_id, { read, note, node, target });
    },
  });
  return el("div", { class: "field" },
    el("span", { class: "label" }, label, block.optional && el("small", {}, " (optional)")),
    inner, block.hint && el("p", { class: "hint" }, plain(block.hint.text)), note);
}

export function filled() {
  return Object.fromEntries([...(shown?.fields ?? [])].map(([name, field]) => [name, field.read()]));
}

function complain(problems) {
  if (!shown) return;
  for (const [, field] of shown.fields) { field.note.hidden = true; field.node.removeAttribute("aria-invalid"); }
  shown.general.hidden = !problems[""];
  shown.general.textContent = problems[""] ?? "";
  let first = null;
  for (const [name, words] of Object.entries(problems)) {
    const field = shown.fields.get(name);
    if (!field) continue;
    field.note.textContent = words;
    field.note.hidden = false;
    field.node.setAttribute("aria-invalid", "true");
    first ??= field.node;
  }
  first?.focus();
}

export function modal(view, control, on) {
  if (!view) { close(); return; }
  if (shown && shown.view.id === view.id && shown.view.hash === view.hash) {
    if (JSON.stringify(shown.view.errors) !== JSON.stringify(view.errors)) complain(view.errors);
    shown.view = view;
    return;
  }
  const drafts = shown?.view.id === view.id
    ? new Map([...shown.fields.values()].map((field) => [field.target, field.read()])) : null;
  close();
  const fields = new Map();
  const title = plain(view.title?.text ?? "");
  const general = el("p", { class: "problem", role: "alert", hidden: true });
  const leave = () => control("close", { view: view.id });
  const send = el("button", { class: "primary" }, plain(view.submit?.text ?? "Submit"));
  const form = el("form", { noValidate: true },
    el("header", {}, el("h2", {}, title),
      el("button", { type: "button", class: "icon", "aria-label": "Close", onclick: leave }, "✕")),
    el("div", { class: "modal-body" }, blocks(view.blocks, { ...on, input: (block) => input(block, on, fields, drafts) }), general),
    el("footer", {},
      el("button", { type: "button", onclick: leave }, plain(view.close?.text ?? "Cancel")), view.submit && send));
  const node = el("dialog", { class: "modal", "aria-label": title }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    send.disabled = true;
    const answer = await control("submit", { view: view.id, values: filled() });
    send.disabled = false;
    if (answer.problems) complain(answer.problems);
  });
  node.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  document.body.append(node);
  shown = { view, node, fields, general };
  node.showModal();
  (node.querySelector("[data-first]") ?? node.querySelector(".modal-body input, .modal-body textarea, .modal-body select"))?.focus();
  if (Object.keys(view.errors).length) complain(view.errors);
}
