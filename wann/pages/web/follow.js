// Follows a search: its page is made anew while it goes on, and is loaded again if one asks.

import { element } from "./elements.js";

const FOLLOWED = "#follow"; // stands in the address, where it outlives that
const HELD = "input:active, canvas:active"; // what the reader is moving
const LATER_SECONDS = 1;

export function makeFollow(place, data) {
  const told = `Generation ${data.generation} of ${data.generations}`;
  const box = element("input", { type: "checkbox" });
  let waiting = null;
  const loadAgain = () => {
    if (document.querySelector(HELD)) waiting = setTimeout(loadAgain, 1000 * LATER_SECONDS);
    else location.reload();
  };
  const follow = () => {
    clearTimeout(waiting);
    if (box.checked) waiting = setTimeout(loadAgain, 1000 * data.seconds);
  };
  box.checked = location.hash === FOLLOWED;
  box.addEventListener("change", () => {
    location.replace(box.checked ? FOLLOWED : "#");
    follow();
  });
  follow();
  place.append(
    element(
      "div",
      { class: "follow" },
      element("span", { text: told }),
      element("progress", { max: data.generations, value: data.generation, "aria-label": told }),
      element("label", {}, box, ` Load this page again every ${data.seconds} seconds`),
    ),
  );
}
