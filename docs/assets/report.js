/* The report's tables: sorted by their heads, filtered by what stands in the form. */
"use strict";

(() => {
const tables = [...document.querySelectorAll(".tx-report--formulas")];
const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
rows.forEach((row, at) => {
  row.at = at;
  row.words = row.textContent.toLowerCase();
});

/* A number is sorted as one; a formula's own number, and the page, in the order of the book. */
function keyOf(row, column, name) {
  if (name === "Number" || name === "Page") return row.at;
  const text = row.cells[column].textContent;
  const value = parseFloat(text);
  if (["Points", "Largest error", "Variants refused"].includes(name)) return Number.isNaN(value) ? -1 : value;
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

for (const table of tables) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, column, head));
    head.append(button);
  });
}

function choice(name, values) {
  const label = document.createElement("label");
  const select = document.createElement("select");
  for (const [value, text] of [["", "all"], ...values]) select.append(new Option(text, value));
  label.append(`${name} `, select);
  return [label, select];
}

if (tables.length) {
  const column = (table, name) => [...table.tHead.rows[0].cells].findIndex((head) => head.textContent === name);
  const cell = (row, name) => row.cells[column(row.closest("table"), name)]?.textContent ?? "";
  for (const row of rows) row.page = cell(row, "Page");
  const form = document.createElement("form");
  form.className = "tx-filter";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Formulas of the report");
  const label = document.createElement("label");
  const words = document.createElement("input");
  words.type = "search";
  label.append("Words or LaTeX ", words);
  const roles = new Map(rows.map((row) => [row.dataset.role, cell(row, "Role").replace(/^\S+ /, "")]));
  const [roleLabel, role] = choice("Role", roles);
  const [pageLabel, page] = choice("Page", [...new Set(rows.map((row) => row.page))].map((name) => [name, name]));
  const count = document.createElement("output");
  form.append(label, roleLabel, pageLabel, count);

  const filter = () => {
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
      const fold = table.closest("details");
      const some = [...table.tBodies[0].rows].some((row) => !row.hidden);
      if (fold && some && (wanted.length || role.value)) fold.open = true;
    }
    count.textContent = `${left} of ${rows.length} formulas`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("numbered-formulas").before(form);
  filter();
}
})();
