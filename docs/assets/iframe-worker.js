/* From a folder a browser starts no worker, and the search needs one: a hidden frame takes its place.
   The theme looks for the name IFrameWorker, and for this file's name. */
"use strict";

if (location.protocol === "file:") {
  const load = (inside, address) =>
    new Promise((loaded, failed) => {
      const script = inside.document.createElement("script");
      script.src = address;
      script.onload = loaded;
      script.onerror = () => failed(new Error(`cannot load ${address}`));
      inside.document.head.append(script);
    });

  globalThis.IFrameWorker = class extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      frame.title = "Search";
      document.body.append(frame);
      this.inside = frame.contentWindow;
      this.inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
      this.inside.importScripts = (...all) =>
        all.reduce((before, next) => before.then(() => load(this.inside, next)), Promise.resolve());
      this.ready = load(this.inside, new URL(address, location));
    }

    postMessage(data) {
      this.ready.then(() => this.inside.dispatchEvent(new MessageEvent("message", { data })));
    }
  };
  globalThis.Worker = globalThis.IFrameWorker;
}
