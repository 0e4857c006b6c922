// Draws blocks and their elements. `act(block, element, value)` is called for a press or a choice.
import { chart } from "/page/chart.js";
import { el, names, plain, worded } from "/page/text.js";

export const people = { list: [] };

function optionsOf(element) {
  return [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
}

function confirmed(element, go) {
  const ask = element.confirm;
  if (!ask) return go();
  const box = el("dialog", { class: "confirm", "aria-label": plain(ask.title.text) });
  const end = (yes) => { box.close(); box.remove(); if (yes) go(); };
  box.append(el("h2", {}, plain(ask.title.text)), el("div", {}, worded(ask.text)),
    el("div", { class: "row end" },
      el("button", { type: "button", onclick: () => end(false) }, plain(ask.deny.text)),
      el("button", { type: "button", class: ask.style === "danger" ? "danger" : "primary", onclick: () => end(true) },
        plain(ask.confirm.text))));
  document.body.append(box);
  box.showModal();
  return undefined;
}

function button(block, element, on) {
  const node = el("button", {
    type: "button",
    class: `act ${element.style ?? ""}`,
    "aria-label": element.accessibility_label,
    onclick: () => confirmed(element, () => on.act(block, element, null, node)),
  }, plain(element.text.text));
  return node;
}

// A "⋯" that opens a list; an entry is { label, note, go(opener) }.
export function menu(name, entries) {
  const list = el("div", { class: "menu", role: "menu", hidden: true });
  const opener = el("button", {
    type: "button", class: "act dots", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": name,
  }, "⋯");
  const show = (open) => {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) {
      list.classList.toggle("left", opener.getBoundingClientRect().left < 220);
      list.querySelector("button")?.focus();
    }
  };
  opener.addEventListener("click", () => show(list.hidden));
  for (const entry of entries) {
    list.append(el("button", {
      type: "button", role: "menuitem", onclick: () => { show(false); entry.go(opener); },
    }, entry.label, entry.note && el("small", {}, entry.note)));
  }
  const whole = el("span", { class: "menu-anchor" }, opener, list);
  whole.addEventListener("keydown", (event) => {
    const items = [...list.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") { show(false); opener.focus(); event.stopPropagation(); }
    if (event.key === "ArrowDown") { items[(at + 1) % items.length]?.focus(); event.preventDefault(); }
    if (event.key === "ArrowUp") { items[(at - 1 + items.length) % items.length]?.focus(); event.preventDefault(); }
  });
  whole.addEventListener("focusout", (event) => { if (!whole.contains(event.relatedTarget)) show(false); });
  return whole;
}

function overflow(block, element, on) {
  return menu("More choices", element.options.map((option) => ({
    label: plain(option.text.text),
    note: option.description && plain(option.description.text),
    go: (opener) => confirmed(element, () => on.act(block, element, option.value, opener)),
  })));
}

function choices(element) {
  if (element.type === "users_select") {
    return people.list.filter((one) => !one.bot).map((one) => ({ value: one.id, label: one.name }));
  }
  if (element.type === "conversations_select") {
    return [...names.rooms].filter(([, name]) => name).map(([id, name]) => ({ value: id, label: `#${name}` }));
  }
  return optionsOf(element).map((option) => ({ value: option.value, label: plain(option.text.text) }));
}

function select(block, element, on) {
  const first = el("option", { value: "" }, plain(element.placeholder?.text ?? "Choose…"));
  const listed = choices(element).map((one) => el("option", { value: one.value }, one.label));
  const start = element.initial_option?.value ?? element.initial_user ?? element.initial_conversation ?? "";
  const node = el("select", { "aria-label": on.label ?? plain(element.placeholder?.text ?? "Choose") }, first, listed);
  node.value = start;
  return changing(node, block, element, on, () => node.value || null);
}

function picker(kind, block, element, on) {
  const start = element.initial_date ?? element.initial_time ?? "";
  const node = el("input", { type: kind, value: start, "aria-label": on.label ?? plain(element.placeholder?.text ?? kind) });
  return changing(node, block, element, on, () => node.value || null);
}

function changing(node, block, element, on, read) {
  node.addEventListener("change", () => on.change(block, element, read(), node));
  on.ready?.(block, element, node, read);
  return node;
}

let counter = 0;

function boxes(kind, block, element, on) {
  counter += 1;
  const group = `group-${counter}`;
  const started = [element.initial_option, ...(element.initial_options ?? [])].filter(Boolean).map((one) => one.value);
  const node = el("div", { class: "boxes", role: kind === "radio" ? "radiogroup" : "group", "aria-label": on.label });
  for (const option of element.options) {
    const box = el("input", { type: kind, name: group, value: option.value, checked: started.includes(option.value) });
    node.append(el("label", {}, box, el("span", {}, worded(option.text),
      option.description && el("small", {}, worded(option.description)))));
  }
  const read = () => {
    const ticked = [...node.querySelectorAll("input:checked")].map((box) => box.value);
    return kind === "radio" ? ticked[0] ?? null : ticked;
  };
  return changing(node, block, element, on, read);
}

function typing(block, element, on) {
  const number = element.type === "number_input";
  const node = el(element.multiline ? "textarea" : "input", {
    type: element.multiline ? undefined : "text",
    inputMode: number ? "decimal" : undefined,
    rows: element.multiline ? 4 : undefined,
    placeholder: plain(element.placeholder?.text ?? ""),
    value: element.initial_value ?? "",
    maxLength: element.max_length ?? (number ? 40 : 3000),
    "aria-label": on.label,
  });
  on.ready?.(block, element, node, () => node.value || null);
  if (element.focus_on_load) node.dataset.first = "yes";
  return node;
}

const ELEMENTS = {
  button, overflow,
  static_select: select, users_select: select, conversations_select: select,
  datepicker: (...rest) => picker("date", ...rest),
  timepicker: (...rest) => picker("time", ...rest),
  radio_buttons: (...rest) => boxes("radio", ...rest),
  checkboxes: (...rest) => boxes("checkbox", ...rest),
  plain_text_input: typing, number_input: typing,
  image: (_, element) => el("span", { class: "picture", role: "img", "aria-label": element.alt_text }, element.alt_text),
};

export function element(block, one, on) {
  return (ELEMENTS[one.type] ?? (() => el("span", {}, one.type)))(block, one, on);
}

function section(block, on) {
  return el("div", { class: "section" },
    el("div", { class: "section-words" },
      block.text && el("div", { class: "words" }, worded(block.text)),
      block.fields && el("div", { class: "fields" }, block.fields.map((field) => el("div", { class: "words" }, worded(field))))),
    block.accessory && el("div", { class: "accessory" }, element(block, block.accessory, on)));
}

function context(block) {
  return el("div", { class: "context" }, block.elements.map((one) =>
    one.type === "image" ? ELEMENTS.image(block, one) : el("span", { class: "words" }, worded(one))));
}

function rich(part) {
  const inner = () => (part.elements ?? []).map(rich);
  switch (part.type) {
    case "text": {
      const style = part.style ?? {};
      const tag = style.code ? "code" : style.bold ? "strong" : style.italic ? "em" : style.strike ? "s" : "span";
      return el(tag, {}, part.text);
    }
    case "emoji": return plain(`:${part.name}:`);
    case "user": return el("span", { class: "mention" }, `@${names.people.get(part.user_id) ?? part.user_id}`);
    case "link": return part.text ?? part.url;
    case "rich_text_preformatted": return el("pre", { tabIndex: 0 }, inner());
    case "rich_text_quote": return el("blockquote", {}, inner());
    case "rich_text_list":
      return el(part.style === "ordered" ? "ol" : "ul", {}, (part.elements ?? []).map((item) => el("li", {}, rich(item))));
    default: return el("div", { class: "para" }, inner());
  }
}

const BLOCKS = {
  section, context,
  header: (block) => el("h3", { class: "header" }, plain(block.text.text)),
  divider: () => el("hr"),
  actions: (block, on) => el("div", { class: "actions" }, block.elements.map((one) => element(block, one, on))),
  image: (block) => el("div", { class: "picture", role: "img", "aria-label": block.alt_text }, block.alt_text),
  rich_text: (block) => el("div", { class: "words" }, block.elements.map(rich)),
  data_visualization: chart,
};

// An input that stands in a message: under its label, sent with the message's buttons, or by return where it says so.
function labelled(block, on) {
  const label = plain(block.label.text);
  const ready = (b, e, node, read) => {
    on.fields?.set(b.block_id, read);
    node.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && b.dispatch_action) on.act(b, e, read(), node);
    });
  };
  return el("label", { class: "field" }, el("span", { class: "label" }, label), element(block, block.element, { ...on, label, ready }));
}

export function blocks(list, on) {
  return list.map((block) => {
    if (block.type === "input") return on.input ? on.input(block) : labelled(block, on);
    return (BLOCKS[block.type] ?? (() => el("div", {}, block.type)))(block, on);
  });
}
