/* A side page is light or dark as the reader's switch on the other pages has it: the theme keeps it under the way
   to the site's first folder.  It runs in the head, before anything is drawn. */
"use strict";

(() => {
  const html = document.documentElement;
  const key = `${new URL("..", document.currentScript.src).pathname}.__palette`;
  const system = matchMedia("(prefers-color-scheme: dark)");

  /* What is kept, or as the system has it; a browser may refuse to say what it keeps. */
  function scheme() {
    try {
      const kept = JSON.parse(localStorage.getItem(key))?.color?.scheme;
      if (kept) return kept;
    } catch {
      // As if nothing were kept.
    }
    return system.matches ? "slate" : "default";
  }

  const show = () => html.setAttribute("data-md-color-scheme", scheme());
  html.classList.add("tx-js");
  show();
  system.addEventListener("change", show);
  // The switch, moved in another window.
  addEventListener("storage", show);
})();
