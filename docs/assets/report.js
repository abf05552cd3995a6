/* The report's tables: sorted by their heads, filtered by what stands in the form.
   A side page has the tables of one part of the book.  The report has none until somebody uses its form: then the
   side pages hand theirs over, each in a hidden frame, since a page in a folder may not fetch another one. */
"use strict";

(() => {
const NUMBERS = ["Points", "Largest error", "Variants refused"];
const place = document.querySelector(".tx-found");
const form = document.querySelector(".tx-filter");

if (parent !== self) {
  // Everybody may read what is public; a page in a folder has no origin to name.
  parent.postMessage({ report: place.innerHTML }, "*");
  return;
}

let tables = [];
let rows = [];

/* A number is sorted as one; a formula's own number, and the page, in the order of the book. */
function keyOf(row, column, name) {
  if (name === "Number" || name === "Page") return row.at;
  const text = row.cells[column].textContent;
  const value = parseFloat(text);
  if (NUMBERS.includes(name)) return Number.isNaN(value) ? -1 : value;
  return text;
}

function sort(table, column, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  const keyed = [...table.tBodies[0].rows].map((row) => [keyOf(row, column, head.textContent), row]);
  keyed.sort(([a, first], [b, second]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1) || first.at - second.at);
  table.tBodies[0].append(...keyed.map(([, row]) => row));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
}

function start() {
  tables = [...place.querySelectorAll(".tx-report--formulas")];
  rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  rows.forEach((row, at) => {
    row.at = at;
    row.words = row.textContent.toLowerCase();
    row.page = row.cells[1].textContent;
  });
  for (const table of tables) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, column, head));
      head.append(button);
    });
  }
}

function filter() {
  if (!rows.length) return;
  const [words, role, page] = form.elements;
  const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const row of rows) {
    const fits =
      wanted.every((word) => row.words.includes(word)) &&
      (!role.value || row.dataset.role === role.value) &&
      (!page.value || row.page === page.value);
    row.hidden = !fits;
    left += fits;
  }
  for (const table of tables) {
    table.closest("section").hidden = ![...table.tBodies[0].rows].some((row) => !row.hidden);
  }
  form.querySelector("output").textContent = `${left} of ${rows.length} formulas`;
}

/* What a side page has in its place for tables. */
function handedOver(address) {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = address;
  const html = new Promise((found, failed) => {
    addEventListener("message", ({ source, data }) => {
      if (source === frame.contentWindow && data?.report) found(data.report);
    });
    setTimeout(failed, 20_000, new Error(`nothing from ${address}`));
  });
  document.body.append(frame);
  return html.finally(() => frame.remove());
}

/* All tables of the book: those of the first part, and under them the rows of the others. */
async function collect() {
  const output = form.querySelector("output");
  output.textContent = "Fetching all formulas …";
  try {
    const parts = await Promise.all([...document.querySelectorAll("a.tx-part")].map((link) => handedOver(link.href)));
    const [first, ...others] = parts.map((html) => {
      const part = document.createElement("template");
      part.innerHTML = html;
      return part.content;
    });
    const bodies = first.querySelectorAll("tbody");
    for (const other of others) {
      other.querySelectorAll("tbody").forEach((body, at) => bodies[at].append(...body.rows));
    }
    place.replaceChildren(first);
    start();
    filter();
  } catch {
    output.textContent = "They did not come. Each part of the book in the table above leads to its own.";
  }
}

if (place.childElementCount) start();
else form.addEventListener("focusin", collect, { once: true });
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
})();
