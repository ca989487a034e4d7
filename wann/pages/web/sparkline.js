// A profile as a small line: what a network earns over the shared weight.

import { decimal, element, svgElement } from "./elements.js";

const SPARK_WIDTH = 200;
const SPARK_HEIGHT = 44;

/** The elements of a small profile, empty where none was measured; a story has one scale. */
export function sparkline(profile, data) {
  if (!profile.length) return [];
  const all = data.milestones.flatMap((one) => one.profile.map(([, value]) => value));
  const [low, high] = [Math.min(0, ...all), Math.max(...all)];
  const [least, most] = [profile[0][0], profile[profile.length - 1][0]];
  const x = (weight) => (SPARK_WIDTH * (weight - least)) / (most - least || 1);
  const y = (value) => 2 + ((SPARK_HEIGHT - 4) * (high - value)) / (high - low || 1);
  const points = profile.map(([weight, value]) => `${x(weight)},${y(value)}`).join(" ");
  const best = profile.reduce((a, b) => (b[1] > a[1] ? b : a));
  const label =
    `What it earns over the shared weight: at most ${decimal(best[1], 2)}, ` +
    `at weight ${decimal(best[0], 2)}`;
  const viewBox = `0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`;
  const svg = svgElement(
    "svg",
    { class: "sparkline", role: "img", "aria-label": label, viewBox },
    svgElement("line", { class: "rule", x1: 0, x2: SPARK_WIDTH, y1: y(low), y2: y(low) }),
    svgElement("line", { class: "rule", x1: x(0), x2: x(0), y1: 0, y2: SPARK_HEIGHT }),
    svgElement("polyline", { class: "curve series-0", points }),
  );
  const ends = [least, 0, most].map((weight) => element("span", { text: decimal(weight, 0) }));
  return [svg, element("div", { class: "spark-scale soft", "aria-hidden": "true" }, ...ends)];
}
