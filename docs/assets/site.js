/* Names for parts of the theme that a screen reader would otherwise meet unnamed. */
"use strict";

function nameParts() {
  const search = document.querySelector(".md-search[role=dialog]:not([aria-label])");
  if (search) search.setAttribute("aria-label", "Search");
  document.querySelectorAll("nav.md-code__nav:not([aria-label])").forEach((nav, at) => {
    nav.setAttribute("aria-label", `Code actions ${at + 1}`);
  });
}

nameParts();
// The theme adds a code block's buttons when the block comes into view.
new MutationObserver(nameParts).observe(document.body, { childList: true, subtree: true });
