/* A symbol under the pointer, under a finger or under the keys shows its row of the page's table of symbols.
   Without this script the table at the end of the page says the same. */
"use strict";

(() => {
  const rows = [...document.querySelectorAll("#tx-symbols tr[data-n]")];
  const home = document.querySelector("main");
  if (!rows.length || !home) return;

  const SCRIPTS = { msub: "_", msup: "^", mover: "¯", munder: "_", mfrac: "/" };

  /* The characters of a piece of MathML, and how they stand to one another. */
  function key(piece) {
    const parts = [...piece.children];
    if (!parts.length) return piece.textContent.trim();
    const keys = parts.map(key);
    if (piece.localName === "msubsup") return `${keys[0]}_${keys[1]}^${keys[2]}`;
    return keys.join(SCRIPTS[piece.localName] ?? "");
  }

  const keys = rows.map((row) => key(row.querySelector("math") ?? row.cells[0]));

  /* The row of a piece of a formula: its own, or that of a family if an entry of it stands there. */
  function rowOf(piece, used) {
    const find = (wanted) => used.find((n) => keys[n] === wanted);
    const found = find(key(piece));
    if (found !== undefined) return found;
    if (piece.localName === "msubsup") {
      const [base, below, above] = [...piece.children].map(key);
      return find(`${base}^${above}`) ?? find(`${base}_${below}`);
    }
    if (piece.localName !== "mi") return undefined;
    const family = used.filter((n) => keys[n].startsWith(`${piece.textContent}^[`));
    return family.length === 1 ? family[0] : undefined;
  }

  const known = new WeakMap();

  /* The symbols of a formula in reading order: [piece, row]. */
  function symbolsOf(box) {
    if (!known.has(box)) {
      const used = box.dataset.s.split(" ").map((n) => rows.findIndex((row) => row.dataset.n === n));
      const found = [];
      const visit = (piece) => {
        const row = piece.localName === "math" ? undefined : rowOf(piece, used);
        if (row === undefined) [...piece.children].forEach(visit);
        else found.push([piece, row]);
      };
      box.querySelectorAll("math").forEach(visit);
      known.set(box, found);
    }
    return known.get(box);
  }

  const tip = document.createElement("div");
  tip.className = "tx-tip md-typeset";
  tip.setAttribute("role", "status");
  tip.hidden = true;
  home.append(tip);
  let at = null;
  let timer = 0;

  function show(piece, row) {
    clearTimeout(timer);
    if (at === piece) return;
    at?.classList.remove("tx-at");
    at = piece;
    at.classList.add("tx-at");
    const [symbol, meaning, shape] = rows[row].cells;
    const words = [meaning.innerHTML, shape.innerHTML].filter(Boolean).join("; ");
    tip.innerHTML = `<b>${symbol.innerHTML}</b> ${words}`;
    tip.hidden = false;
    const place = piece.getBoundingClientRect();
    const frame = home.getBoundingClientRect();
    const left = Math.min(place.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
    tip.style.left = `${Math.max(8, left) - frame.left}px`;
    tip.style.top = `${place.bottom - frame.top}px`;
  }

  function hide() {
    clearTimeout(timer);
    at?.classList.remove("tx-at");
    at = null;
    tip.hidden = true;
  }

  function symbolAt(target) {
    const box = target.closest?.("[data-s]");
    return box && symbolsOf(box).find(([piece]) => piece.contains(target));
  }

  // Time enough to go from the symbol to its note, which stays while the pointer is on it.
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    clearTimeout(timer);
    if (tip.contains(target)) return;
    const found = symbolAt(target);
    if (found) timer = setTimeout(show, 120, ...found);
    else if (at) timer = setTimeout(hide, 300);
  });

  document.addEventListener("click", ({ target }) => {
    if (tip.contains(target)) return;
    const found = symbolAt(target);
    if (found) show(...found);
    else if (at) hide();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && at) {
      hide();
      return;
    }
    const box = event.target.closest?.(".tx-box[data-s]");
    const symbols = box && symbolsOf(box);
    if (!symbols?.length || event.altKey || event.ctrlKey || event.metaKey) return;
    const now = symbols.findIndex(([piece]) => piece === at);
    const next = {
      ArrowRight: now + 1,
      ArrowLeft: now < 0 ? symbols.length - 1 : now - 1,
      Home: 0,
      End: symbols.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const [piece, row] = symbols[Math.min(Math.max(next, 0), symbols.length - 1)];
    piece.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
    show(piece, row);
  });

  document.addEventListener("focusout", ({ target }) => {
    if (target.matches?.(".tx-box") && at && target.contains(at)) hide();
  });

  document.querySelectorAll(".tx-box[data-s]").forEach((box) => {
    box.setAttribute("aria-keyshortcuts", "ArrowRight ArrowLeft");
  });
})();
