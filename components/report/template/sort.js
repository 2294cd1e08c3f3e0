// Sorts a table by the column whose head is activated, by mouse or keyboard; a second time in the other order.
"use strict";
(() => {
  const key = (row, index) => {
    const cell = row.cells[index];
    const exact = cell.querySelector("data");
    const text = cell.textContent.trim();
    const number = exact ? Number(exact.value) : parseFloat(text.replace(/[,\s]/g, ""));
    return Number.isNaN(number) ? text : number;
  };
  const compare = (one, other) => {
    const numbers = typeof one === "number" && typeof other === "number";
    // What has no number comes behind all that have.
    if (!numbers && typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
    return numbers ? one - other : one.localeCompare(other);
  };
  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const descending = head.getAttribute("aria-sort") === "ascending";
        for (const each of heads) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const body = table.tBodies[0];
        const rows = [...body.rows].map((row) => [key(row, index), row]);
        rows.sort(([one], [other]) => (descending ? compare(other, one) : compare(one, other)));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
})();
