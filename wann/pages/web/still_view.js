// The drawing of a network at rest: which nodes are joined, without what they say.

import { NetworkView } from "./network_view.js";

export class StillView extends NetworkView {
  constructor(network, label) {
    const values = new Float64Array(network.rows).fill(1);
    super({ network, values }, { inputs: [], outputs: [] }, label);
  }

  drawConnections(pen) {
    this.joining = true;
    super.drawConnections(pen, false);
    this.joining = false;
  }

  shade() {
    return this.joining ? this.colours.soft : this.colours.neutral;
  }
}
