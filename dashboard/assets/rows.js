// The rows of the goal sheet: a line each, opened by a click, when the keyboard comes to their name, and from the
// start where the gap is real. Which are open outlives every new drawing; fields.js knows nothing of it.

const INTERVALS = "kpi-intervals"; // in the tab's storage: the switch that keeps intervals in view
const TO = "kpi-to-row";
const TEXT = "textarea, input[type=text]";

const usable = (place) =>
  [...place.querySelectorAll("button, input, textarea, select")].filter((one) => one.checkVisibility());

export class Rows {
  constructor(root, browser) {
    this.root = root;
    this.browser = browser;
    this.storage = browser.sessionStorage;
    this.chosen = new Map(); // what somebody opened or closed, by indicator
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("focusin", (event) => this.reached(event));
    root.addEventListener("keydown", (event) => this.pressed(event));
    // A line shows how its text begins, once it is left.
    root.addEventListener("focusout", ({ target }) => target.matches("textarea") && target.scrollTo(0, 0));
    const told = ({ detail }) => root.isConnected ? this.goTo(detail) : browser.removeEventListener(TO, told);
    browser.addEventListener(TO, told); // the sentence on top is another part of the page
  }

  // After the sheet was drawn: the rows as they were, or with `anew`, of another sheet, as they come.
  drawn(anew) {
    if (anew) this.chosen.clear();
    this.rows().forEach((row) => this.mark(row));
    this.keepInView(this.storage.getItem(INTERVALS) === "1");
  }

  rows() { return [...this.root.querySelectorAll(".kpi-goals tr[data-row]")]; }

  isOpen(row) { return this.chosen.get(row.dataset.row) ?? row.classList.contains("kpi-important"); }

  mark(row) {
    row.classList.toggle("kpi-opened", this.isOpen(row));
    row.querySelector("[data-open]")?.setAttribute("aria-expanded", String(this.isOpen(row)));
  }

  set(row, open) {
    this.chosen.set(row.dataset.row, open);
    this.mark(row);
  }

  keepInView(shown) {
    this.root.querySelector(".kpi-body")?.classList.toggle("kpi-evident", shown);
    this.root.querySelector("[data-switch]")?.setAttribute("aria-pressed", String(shown));
  }

  clicked(event) {
    const { target } = event, to = target.closest("[data-to]");
    if (to) {
      event.preventDefault(); // the address stays as it is
      return this.browser.dispatchEvent(new CustomEvent(TO, { detail: to.dataset.to }));
    }
    if (target.closest("[data-switch]")) {
      const shown = this.storage.getItem(INTERVALS) !== "1";
      this.storage.setItem(INTERVALS, shown ? "1" : "0");
      return this.keepInView(shown);
    }
    const row = target.closest(".kpi-goals tr[data-row]");
    if (!row || target.closest(".kpi-more") || !getSelection().isCollapsed) return;
    if (target.closest("[data-open]") || !target.closest("button, input, textarea, select")) this.set(row, !this.isOpen(row));
  }

  // The keyboard opens a row where it comes to its name; to type in its line nothing needs to be open.
  reached({ target }) {
    if (target.matches("[data-open]:focus-visible")) this.set(target.closest("tr"), true);
  }

  goTo(key) {
    const row = this.rows().find((one) => one.dataset.row === key);
    if (!row) return;
    this.set(row, true);
    row.scrollIntoView({ block: "nearest" });
    row.querySelector("[data-open]").focus({ preventScroll: true });
  }

  pressed(event) {
    const { key, target } = event;
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey || !target.closest(".kpi-goals tr[data-row]")) return;
    if (key === "Tab" && target.matches(".col-next_target input")) this.down(event, event.shiftKey ? -1 : 1);
    else if (key === "Enter" && target.matches("textarea")) this.set(target.closest("tr"), true);
    else if (key.startsWith("Arrow") && !event.shiftKey && target.matches(`${TEXT}, button`)) this.step(event);
  }

  // Tab goes down the targets, from one row to the next.
  down(event, by) {
    const targets = [...this.root.querySelectorAll(".kpi-goals .col-next_target input")];
    const next = targets[targets.indexOf(event.target) + by];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  }

  // Arrows leave a field at the ends of its text: sideways in the row, up and down in the column.
  step(event) {
    const { key, target } = event, back = key === "ArrowLeft" || key === "ArrowUp";
    if (target.matches(TEXT) && (target.selectionStart !== target.selectionEnd || target.selectionStart !== (back ? 0 : target.value.length))) return;
    const row = target.closest("tr"), by = back ? -1 : 1;
    let next;
    if (key === "ArrowLeft" || key === "ArrowRight") {
      const own = usable(row);
      next = own[own.indexOf(target) + by];
    } else {
      const rows = this.rows(), other = rows[rows.indexOf(row) + by], column = target.closest("td").className;
      next = other && usable(other).find((one) => one.tagName === target.tagName && one.closest("td").className === column);
    }
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
