/* A card that opens shows its part of the page of workings, and gets buttons that copy.
   Without this script the link to that page and the LaTeX stand there as they are. */
"use strict";

const LIBRARY = "texecute-library";
const pagesOfWorkings = new Map();

/* In a hidden frame, since a page in a folder may not fetch another one; the frame hands its parts over. */
function partsOf(address) {
  if (!pagesOfWorkings.has(address)) {
    const frame = document.createElement("iframe");
    frame.hidden = true;
    frame.src = address;
    const parts = new Promise((found, failed) => {
      addEventListener("message", ({ source, data }) => {
        if (source === frame.contentWindow && data?.workings) found(data.workings);
      });
      setTimeout(failed, 10_000, new Error(`no workings at ${address}`));
    });
    parts.catch(() => pagesOfWorkings.delete(address)).finally(() => frame.remove());
    pagesOfWorkings.set(address, parts);
    document.body.append(frame);
  }
  return pagesOfWorkings.get(address);
}

async function showWorkings(card) {
  const link = card.querySelector(".tx-more a");
  if (!link) return;
  const { hash } = link;
  try {
    const parts = await partsOf(link.href.slice(0, -hash.length));
    const html = parts[decodeURIComponent(hash.slice(1))];
    const place = card.querySelector(".tx-more");
    if (!html || !place) return;
    const working = document.createElement("div");
    working.className = "tx-working";
    working.innerHTML = html;
    working.querySelectorAll(".tx-codes").forEach(makeTabs);
    place.replaceWith(working);
  } catch {
    // The link stays, and leads to the same.
  }
}

function makeTabs(codes) {
  const list = document.createElement("div");
  list.className = "tx-tabs";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Library");
  const panels = [...codes.children];
  const tabs = panels.map((panel) => {
    const tab = document.createElement("button");
    const title = panel.querySelector("h3");
    tab.type = "button";
    tab.textContent = title.textContent;
    tab.setAttribute("role", "tab");
    title.remove();
    panel.setAttribute("role", "tabpanel");
    panel.append(copyButton("Copy code", panel.querySelector("code")));
    tab.addEventListener("click", () => choose(tab, true));
    return tab;
  });
  const choose = (tab, remember) => {
    tabs.forEach((other, at) => {
      other.setAttribute("aria-selected", other === tab);
      other.tabIndex = other === tab ? 0 : -1;
      panels[at].hidden = other !== tab;
    });
    if (remember) localStorage.setItem(LIBRARY, tab.textContent);
  };
  list.addEventListener("keydown", ({ key }) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
    choose(next, true);
    next.focus();
  });
  list.append(...tabs);
  codes.prepend(list);
  choose(tabs.find((tab) => tab.textContent === localStorage.getItem(LIBRARY)) ?? tabs[0], false);
}

function copyButton(words, source) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "tx-copy";
  button.textContent = words;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(source);
      button.textContent = "Selected: copy it with the keyboard";
    }
    setTimeout(() => (button.textContent = words), 2000);
  });
  return button;
}

document.addEventListener(
  "toggle",
  ({ target }) => {
    if (!target.matches?.(".tx-card[open]")) return;
    const latex = target.querySelector(".tx-latex:not(:has(button))");
    if (latex) latex.append(copyButton("Copy LaTeX", latex.querySelector("code")));
    showWorkings(target);
  },
  true,
);
