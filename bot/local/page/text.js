// Builds DOM from words: mrkdwn, plain text, emoji. Content only ever becomes text nodes, never markup.

export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "class") node.className = value;
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.startsWith("aria")) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export function svg(tag, props = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const EMOJI = {
  wave: "👋", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", door: "🚪", scales: "⚖️",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", pause_button: "⏸️", double_vertical_bar: "⏸️", eyes: "👀",
  point_right: "👉", bulb: "💡", lock: "🔒", calendar: "📅", spiral_calendar_pad: "🗓️", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", no_entry: "⛔", octagonal_sign: "🛑", red_circle: "🔴", large_yellow_circle: "🟡",
  large_orange_circle: "🟠", large_green_circle: "🟢", white_circle: "⚪", handshake: "🤝", memo: "📝", bell: "🔔",
  no_bell: "🔕", zzz: "💤", coffee: "☕", speech_balloon: "💬", compass: "🧭", tada: "🎉", thinking_face: "🤔",
  question: "❓", arrow_right: "➡️", leftwards_arrow_with_hook: "↩️", clock9: "🕘", shield: "🛡️", footprints: "👣",
  walking: "🚶", pushpin: "📌", mag: "🔍", seedling: "🌱", wastebasket: "🗑️", key: "🔑", stopwatch: "⏱️", "+1": "👍",
};

export function decoded(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function emoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

export function plain(text) {
  return emoji(decoded(text ?? ""));
}

export const names = { people: new Map(), rooms: new Map() };

function safe(address) {
  return /^(https?:|mailto:)/i.test(address) ? address : null;
}

function special(inside) {
  const [target, label] = inside.split("|", 2);
  if (target.startsWith("@")) {
    const name = names.people.get(target.slice(1)) ?? label ?? target.slice(1);
    return el("span", { class: "mention" }, `@${name}`);
  }
  if (target.startsWith("#")) {
    return el("span", { class: "mention" }, `#${label || names.rooms.get(target.slice(1)) || target.slice(1)}`);
  }
  if (target.startsWith("!date^")) return dated(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention loud" }, `@${target.slice(1).split("^")[0]}`);
  const address = safe(decoded(target));
  const shown = decoded(label ?? target);
  return address ? el("a", { href: address, target: "_blank", rel: "noreferrer noopener" }, shown) : shown;
}

export const clock = { zone: "UTC" };

function dated(target, label) {
  const [, seconds, format] = target.split("^");
  const at = new Date(Number(seconds) * 1000);
  if (Number.isNaN(at.getTime())) return decoded(label ?? "");
  const part = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: clock.zone, ...options }).format(at);
  const day = part({ weekday: "short", day: "numeric", month: "short" });
  const shapes = { date_num: part({}), time: part({ hour: "2-digit", minute: "2-digit" }) };
  const shown = format.replace(/\{(\w+)\}/g, (_, name) => shapes[name] ?? (name.startsWith("time") ? shapes.time : day));
  return el("time", { dateTime: at.toISOString() }, shown);
}

const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?=\S)([^*\n]*\S)\*(?!\w)|(?<![\w])_(?=\S)([^_\n]*\S)_(?!\w)|(?<![\w~])~(?=\S)([^~\n]*\S)~(?!\w)/g;

function inline(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(INLINE)) {
    if (found.index > last) nodes.push(plain(text.slice(last, found.index)));
    const [, code, angle, bold, italic, struck] = found;
    if (code !== undefined) nodes.push(el("code", {}, decoded(code)));
    else if (angle !== undefined) nodes.push(special(angle));
    else if (bold !== undefined) nodes.push(el("strong", {}, inline(bold)));
    else if (italic !== undefined) nodes.push(el("em", {}, inline(italic)));
    else nodes.push(el("s", {}, inline(struck)));
    last = found.index + found[0].length;
  }
  if (last < text.length) nodes.push(plain(text.slice(last)));
  return nodes;
}

function lines(rows) {
  return rows.flatMap((row, n) => (n ? [el("br"), ...inline(row)] : inline(row)));
}

function flow(text) {
  const nodes = [];
  let group = [];
  let quoted = null;
  const flush = () => {
    if (!group.length) return;
    if (quoted) nodes.push(el("blockquote", {}, lines(group)));
    else nodes.push(el("div", { class: "para" }, lines(group)));
    group = [];
  };
  for (const row of text.split("\n")) {
    const mark = /^(&gt;|>) ?/.exec(row);
    if (Boolean(mark) !== quoted) {
      flush();
      quoted = Boolean(mark);
    }
    group.push(mark ? row.slice(mark[0].length) : row);
  }
  flush();
  return nodes;
}

export function mrkdwn(text) {
  const parts = (text ?? "").split(/```\n?([\s\S]*?)\n?```/);
  return parts.flatMap((part, n) => {
    if (n % 2) return [el("pre", { tabIndex: 0 }, decoded(part))];
    const trimmed = part.replace(/^\n|\n$/g, "");
    return trimmed ? flow(trimmed) : [];
  });
}

export function worded(object) {
  if (!object) return [];
  return object.type === "mrkdwn" ? mrkdwn(object.text) : [plain(object.text)];
}
