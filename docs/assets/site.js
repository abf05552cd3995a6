/* Names for parts of the theme that a screen reader would otherwise meet unnamed. */
"use strict";

let tables = 0;

function nameParts() {
  const search = document.querySelector(".md-search[role=dialog]:not([aria-label])");
  if (search) search.setAttribute("aria-label", "Search");
  document.querySelectorAll("nav.md-code__nav:not([aria-label])").forEach((nav, at) => {
    nav.setAttribute("aria-label", `Code actions ${at + 1}`);
  });
  // A table that is too wide scrolls in its box: by keyboard too.
  document.querySelectorAll(".md-typeset__scrollwrap:not([tabindex])").forEach((box) => {
    if (box.scrollWidth <= box.clientWidth) return;
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `Wide table ${(tables += 1)}`);
  });
}

nameParts();
// The theme adds a code block's buttons when the block comes into view.
new MutationObserver(nameParts).observe(document.body, { childList: true, subtree: true });
