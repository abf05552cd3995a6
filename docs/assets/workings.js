/* In a frame of the page that it belongs to, a page of workings hands over its parts by their anchors. */
"use strict";

if (parent !== self) {
  const workings = {};
  for (const section of document.querySelectorAll("main > section")) {
    workings[section.id] = section.querySelector(".tx-working").innerHTML;
  }
  // Everybody may read what is public; a page in a folder has no origin to name.
  parent.postMessage({ workings }, "*");
}
