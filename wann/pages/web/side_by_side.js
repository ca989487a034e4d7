// Contestants beside each other: of each the first card is always seen, and the others can be
// folded away, so that a phone shows all contestants at once.

import { element } from "./elements.js";

const NARROW = "(max-width: 52rem)";

/** The place of a contestant among `count`; `cards` are what is shown of it. */
export function contestantPlace(cards, name, count) {
  if (count === 1) return element("div", { class: "panel" }, ...cards);
  const [first, ...others] = cards;
  const folded = element(
    "details",
    { class: "folded", open: !matchMedia(NARROW).matches },
    element("summary", { text: `The network ${name}` }),
    ...others,
  );
  return element("div", { class: "panel" }, first, folded);
}
