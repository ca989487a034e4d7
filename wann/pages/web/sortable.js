// Tables that a click on a heading sorts, by the values that their cells carry.

import { element } from "./elements.js";

/** Lets all tables in `place` that are marked so be sorted. */
export function makeSortable(place) {
  for (const table of place.querySelectorAll("table.sortable")) {
    [...table.tHead.rows[0].cells].forEach((cell, column) => {
      const sort = element("button", {
        type: "button",
        text: cell.textContent,
        title: `Sort by ${cell.textContent}`,
        on: { click: () => sortTable(table, column) },
      });
      cell.replaceChildren(sort);
    });
  }
  return {};
}

/** Sorts by a column: the largest first, or the smallest if they are so already. */
function sortTable(table, column) {
  const heading = table.tHead.rows[0].cells[column];
  const falls = heading.getAttribute("aria-sort") !== "descending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", falls ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].sort((one, other) => {
    const [a, b] = [one, other].map((row) => row.cells[column].dataset.value);
    // What is not known comes last either way.
    if (a === "" || b === "") return Number(a === "") - Number(b === "");
    const order = column === 0 ? a.localeCompare(b) : Number(a) - Number(b);
    return falls ? -order : order;
  });
  body.append(...rows);
}
