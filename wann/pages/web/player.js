// The player: networks that act at a shared weight that one drags.

/** Fills `place` with a player, and returns it. */
export function makePlayer(place, data) {
  const list = document.createElement("ul");
  for (const contestant of data.contestants) {
    const item = document.createElement("li");
    item.textContent = contestant.label;
    list.append(item);
  }
  place.append(list);
  return {};
}
