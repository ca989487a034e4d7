// Begins a page: reads its data and has each section made by the part that it names.

import { PARTS } from "./parts.js";
import { beginTheme } from "./theme.js";

function startPage() {
  const data = JSON.parse(document.getElementById("data").textContent);
  // What sections know of each other: `page.made` has what the part of each returned, by name.
  const page = { data, made: new Map() };
  beginTheme(document.getElementById("theme"));
  globalThis.wannPage = page; // for the console of the browser, and for tests
  for (const section of document.querySelectorAll("section[data-part]")) {
    const make = PARTS[section.dataset.part];
    const place = section.querySelector(".part");
    page.made.set(section.id, make(place, data[section.id], page));
  }
}

if (typeof document !== "undefined") startPage();
