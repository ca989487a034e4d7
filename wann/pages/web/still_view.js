// The drawing of a network at rest: which nodes are joined, without what they say.

import { makeValues } from "./network.js";
import { NetworkView } from "./network_view.js";

export class StillView extends NetworkView {
  constructor(network, label) {
    const values = makeValues(network).fill(1);
    super({ network, values }, { inputs: [], outputs: [] }, label);
  }

  paint() {
    super.paint();
    this.nodes = still(this.nodes, this.colours.neutral);
    this.wires = still(this.wires, this.colours.soft);
  }
}

function still({ positive, negative }, colour) {
  return { positive: positive.map(() => colour), negative: negative.map(() => colour) };
}
