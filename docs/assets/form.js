/* Row or column form: chosen once, kept for the whole site by the theme, and said in the address (`?form=column`)
   so that a link shows what its sender saw.  It runs in the head, before the first tab is there, so that
   nothing is shown in the other form first. */
"use strict";

// What needs a script is shown only where there is one.
document.documentElement.classList.add("tx-js");

(() => {
  const FORMS = { row: "Row vectors", column: "Column vectors" };
  const nameOf = (label) => Object.keys(FORMS).find((form) => FORMS[form] === label);

  /* The labels of the tabs that were chosen, the latest first; the address comes before what is kept. */
  let chosen;
  function choice() {
    if (!chosen) {
      const asked = FORMS[new URLSearchParams(location.search).get("form")];
      chosen = __md_get("__tabs") ?? [];
      if (asked) __md_set("__tabs", (chosen = [...new Set([asked, ...chosen])]));
    }
    return chosen;
  }

  function labelsOf(set) {
    return [...set.querySelectorAll(":scope > .tabbed-labels > label")];
  }

  function check(set, wanted) {
    const labels = labelsOf(set);
    const label = wanted.map((text) => labels.find((one) => one.textContent.trim() === text)).find(Boolean);
    if (label) document.getElementById(label.htmlFor).checked = true;
    return label?.textContent.trim();
  }

  function say(form) {
    const address = new URL(location);
    if (address.searchParams.get("form") === form) return;
    address.searchParams.set("form", form);
    history.replaceState(history.state, "", address);
  }

  // A set of tabs is complete but for its contents when these begin.
  const parsed = new MutationObserver((records) => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (node.matches?.(".tabbed-content")) check(node.parentElement, choice());
      }
    }
  });
  parsed.observe(document, { childList: true, subtree: true });

  /* A link to a place in a tab that is not shown: that tab, and with it the form of the whole page. */
  function openTabs() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    let hidden = false;
    for (let block = target.closest(".tabbed-block"); block; block = block.parentElement.closest(".tabbed-block")) {
      const set = block.closest(".tabbed-set");
      const label = labelsOf(set)[[...block.parentElement.children].indexOf(block)];
      const input = document.getElementById(label.htmlFor);
      if (input.checked) continue;
      hidden = input.checked = true;
      const form = nameOf(label.textContent.trim());
      if (!form) continue;
      document.querySelectorAll(".tabbed-set").forEach((other) => check(other, [FORMS[form]]));
      say(form);
    }
    if (hidden) target.scrollIntoView();
  }

  addEventListener("DOMContentLoaded", () => {
    parsed.disconnect();
    const shown = [...document.querySelectorAll(".tabbed-set")].map((set) => check(set, choice()));
    const form = nameOf(choice().find((label) => nameOf(label) && shown.includes(label)));
    if (form) say(form);
    openTabs();
  });
  addEventListener("hashchange", openTabs);
  addEventListener("change", ({ target }) => {
    const label = target.matches?.(".tabbed-set > input") && document.querySelector(`label[for="${target.id}"]`);
    const form = label && nameOf(label.textContent.trim());
    if (form) say(form);
  });
})();
