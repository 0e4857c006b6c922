// Draws the line charts of a data_visualization block; the same numbers stand in a table for who cannot see it.
import { el, svg } from "/page/text.js";

const HEIGHT = 190;
const EDGE = { left: 46, right: 12, top: 12, bottom: 30 };

const STEPS = [1, 2, 2.5, 5, 10];

function scale(values) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || Math.abs(low) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = power * STEPS.find((one) => one * power >= span / 4);
  const ticks = [Math.floor(low / step) * step];
  while (ticks.at(-1) < Math.max(...values)) ticks.push(ticks.at(-1) + step);
  if (ticks.length === 1) ticks.push(ticks[0] + step);
  return ticks;
}

const short = (value) => new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(value);

function plot(chart) {
  const labels = chart.axis_config.categories;
  const ticks = scale(chart.series.flatMap((series) => series.data.map((point) => point.value)));
  const [low, high] = [ticks[0], ticks.at(-1)];
  const WIDTH = Math.max(250, Math.min(460, window.innerWidth - 110));
  const x = (n) => EDGE.left + ((WIDTH - EDGE.left - EDGE.right) * n) / Math.max(1, labels.length - 1);
  const y = (value) => HEIGHT - EDGE.bottom - ((HEIGHT - EDGE.top - EDGE.bottom) * (value - low)) / (high - low);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "plot", "aria-hidden": "true" });
  for (const value of ticks) {
    picture.append(svg("line", { x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value), class: "grid" }));
    picture.append(svg("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)));
  }
  const every = Math.ceil(labels.length / (WIDTH < 400 ? 4 : 7));
  labels.forEach((label, n) => {
    if (n % every) return;
    const anchor = n === 0 ? "start" : n === labels.length - 1 ? "end" : "middle";
    picture.append(svg("text", { x: x(n), y: HEIGHT - 10, "text-anchor": anchor }, label));
  });
  chart.series.forEach((series, s) => {
    const points = series.data.map((point, n) => `${x(n)},${y(point.value)}`).join(" ");
    picture.append(svg("polyline", { points, class: `series s${s}` }));
    series.data.forEach((point, n) => picture.append(svg("circle", { cx: x(n), cy: y(point.value), r: 3, class: `dot s${s}` })));
  });
  return picture;
}

function table(block) {
  const { chart } = block;
  const head = el("tr", {}, el("th", {}, ""), chart.axis_config.categories.map((label) => el("th", { scope: "col" }, label)));
  const rows = chart.series.map((series) =>
    el("tr", {}, el("th", { scope: "row" }, series.name), series.data.map((point) => el("td", {}, String(point.value)))));
  return el("table", {}, el("caption", {}, block.title), el("thead", {}, head), el("tbody", {}, rows));
}

export function chart(block) {
  if (!block.chart.series) {
    const rows = block.chart.segments.map((one) => el("li", {}, `${one.label}: ${one.value}`));
    return el("figure", { class: "chart" }, el("figcaption", {}, block.title), el("ul", {}, rows));
  }
  const legend = block.chart.series.map((series, s) => el("span", { class: `key s${s}` }, series.name));
  return el("figure", { class: "chart" },
    el("figcaption", {}, block.title), plot(block.chart), el("div", { class: "legend" }, legend),
    el("details", {}, el("summary", {}, "As a table"), el("div", { class: "wide" }, table(block))));
}
