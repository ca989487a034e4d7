// The parts that sections of a page can be: functions of an element to fill or complete, the
// section's data and the page. What they return is in `page.made`, for the other sections.

import { makeClassifier } from "./classifier.js";
import { makeFollow } from "./follow.js";
import { makePlayer } from "./player.js";
import { makeSortable } from "./sortable.js";
import { makeStory } from "./story.js";
import { makeFigures } from "./zoom.js";

export const PARTS = {
  classifier: makeClassifier,
  figures: makeFigures,
  follow: makeFollow,
  player: makePlayer,
  sortable: makeSortable,
  story: makeStory,
};
