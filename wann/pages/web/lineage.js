// The lineage of a champion as a table: the births that raised it most first seen, all on demand.

import { decimal, element, returnText } from "./elements.js";

const MOST_BIRTHS = 12; // shown at first

/** A table of the births of a line, with a button for all where they are many. */
export function lineageTable(line) {
  const rows = line.map((birth) => birthRow(birth, largestGain(line)));
  const kept = keptBirths(line);
  const few = () => rows.forEach((row, i) => (row.hidden = !kept.has(i)));
  const names = ["Generation", "What changed", "Connections", "Earned", "Gain"];
  // Said once more by roles: narrow screens show rows in another form than that of a table
  const heads = names.map((name) =>
    element("th", { scope: "col", role: "columnheader", text: name }),
  );
  const table = element(
    "table",
    { role: "table" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads)),
    element("tbody", { role: "rowgroup" }, ...rows),
  );
  const place = element("div", { class: "card lineage" }, table);
  if (kept.size === line.length) return place;
  few();
  const all = `Show all ${line.length} births`;
  const button = element("button", {
    type: "button",
    text: all,
    "aria-expanded": false,
    on: {
      click: () => {
        const open = button.getAttribute("aria-expanded") !== "true";
        button.setAttribute("aria-expanded", open);
        button.textContent = open ? "Show the largest gains alone" : all;
        if (open) rows.forEach((row) => (row.hidden = false));
        else few();
      },
    },
  });
  place.append(button);
  return place;
}

/** The births to show at first: the founder, the last, and those with the largest gains. */
function keptBirths(line) {
  const order = Array.from(line.keys()).sort((a, b) => gainOf(line[b]) - gainOf(line[a]) || a - b);
  const wanted = [...new Set([0, line.length - 1, ...order])];
  return new Set(wanted.slice(0, MOST_BIRTHS));
}

function gainOf(birth) {
  return birth.gain === null ? -Infinity : birth.gain;
}

function largestGain(line) {
  return Math.max(1e-300, ...line.map((birth) => Math.abs(birth.gain ?? 0)));
}

function birthRow(birth, largest) {
  const lines = birth.told.map((text) => element("div", { text }));
  const told = element("td", { role: "cell" }, ...lines);
  const number = (text, name = "") =>
    element("td", { class: "numeric", role: "cell", "data-name": name, text });
  const gained = birth.gain === null ? "" : (birth.gain > 0 ? "+" : "") + shortNumber(birth.gain);
  const gain = number(gained, "gain");
  if (birth.gain !== null) {
    const bar = element("span", { class: birth.gain < 0 ? "gain is-loss" : "gain" });
    bar.style.width = `${(3.5 * Math.abs(birth.gain)) / largest}rem`;
    gain.append(bar);
  }
  const row = element(
    "tr",
    { role: "row" },
    number(String(birth.generation)),
    told,
    number(birth.connections === null ? "" : String(birth.connections), "connections"),
    number(birth.mean === null ? "–" : shortNumber(birth.mean), "earned"),
    gain,
  );
  if (birth.champion !== null) {
    const text = `champion from generation ${birth.champion}`;
    told.append(element("div", { class: "soft", text }));
  }
  return row;
}

function shortNumber(value) {
  return Math.abs(value) < 10 ? decimal(value, 2) : returnText(value);
}
