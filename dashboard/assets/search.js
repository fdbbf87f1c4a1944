// The search of the bar: what is typed is looked up at /search, and what is chosen opens a page. Ctrl-K leads here.

const PAUSE_MS = 120;      // of the keys before anything is asked

class Search {
  constructor(root, browser = window) {
    this.root = root;
    this.browser = browser;
    this.hits = [];
    this.at = 0;
    this.asked = 0;
    root.addEventListener("input", () => this.later());
    root.addEventListener("focusin", (event) => event.target.matches("input") && this.look());
    root.addEventListener("focusout", (event) => root.contains(event.relatedTarget) || this.close());
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("pointerdown", (event) => this.pointed(event));
    const hotkey = (event) => root.isConnected ? this.called(event) : browser.removeEventListener("keydown", hotkey, true);
    browser.addEventListener("keydown", hotkey, true);
  }

  show(data, trigger) {
    this.trigger = trigger;
    if (this.data?.html !== data.html) this.root.innerHTML = data.html; // escaped where it was built, in Python
    this.data = data;
  }

  get input() { return this.root.querySelector("input"); }
  get list() { return this.root.querySelector("[role=listbox]"); }

  called(event) {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
    if (!this.input?.offsetParent) return; // out of sight, as in a meeting
    event.preventDefault();
    event.stopPropagation();
    this.input.focus();
    this.input.select();
  }

  later() {
    this.browser.clearTimeout(this.waiting);
    this.waiting = this.browser.setTimeout(() => this.look(), PAUSE_MS);
  }

  async look() {
    const turn = ++this.asked, { period, lang } = this.data;
    try {
      const query = new URLSearchParams({ q: this.input.value, period, lang });
      const response = await this.browser.fetch("/search?" + query, { cache: "no-store" });
      const hits = response.ok ? await response.json() : [];
      if (turn !== this.asked || !this.root.contains(document.activeElement)) return; // something newer was typed
      [this.hits, this.at] = [hits, 0];
      this.draw();
    } catch { /* the server is away: the next key asks again */ }
  }

  draw() {
    const { words } = this.data;
    this.list.replaceChildren(...this.hits.map((hit, n) => {
      const row = document.createElement("li");
      row.role = "option";
      row.id = `kpi-hit-${n}`;
      row.dataset.hit = n;
      row.ariaSelected = String(n === this.at);
      for (const [tag, text] of [["span", hit.name], ["small", hit.beside], ["i", words[hit.kind]]]) {
        const part = document.createElement(tag);
        part.textContent = text;
        row.append(part);
      }
      return row;
    }));
    if (!this.hits.length && this.input.value.trim()) {
      const none = document.createElement("li");
      none.textContent = words.nothing;
      this.list.append(none);
    }
    this.list.hidden = !this.list.childElementCount;
    this.input.ariaExpanded = String(!this.list.hidden);
    this.mark();
  }

  mark() {
    this.list.querySelectorAll("[data-hit]").forEach((row, n) => { row.ariaSelected = String(n === this.at); });
    const row = this.list.querySelector(`#kpi-hit-${this.at}`);
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.input.setAttribute("aria-activedescendant", row.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.isComposing) return;
    if (step && this.hits.length) {
      event.preventDefault();
      this.at = (this.at + step + this.hits.length) % this.hits.length;
      this.mark();
    } else if (event.key === "Enter" && !this.list.hidden) {
      this.choose(this.hits[this.at]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.close();
      this.input.blur();
    }
    event.stopPropagation(); // what is typed here is no key of the page
  }

  pointed(event) {
    const row = event.target.closest("[data-hit]");
    if (!row) return;
    event.preventDefault(); // the field keeps the focus until the page has changed
    this.choose(this.hits[Number(row.dataset.hit)]);
  }

  choose(hit) {
    if (!hit) return;
    this.input.value = "";
    this.close();
    this.input.blur();
    this.trigger("found", { ...hit, turn: Date.now() });
  }

  close() {
    this.asked++;
    this.browser.clearTimeout(this.waiting);
    if (!this.input) return;
    this.list.hidden = true;
    this.input.ariaExpanded = "false";
  }
}

const searches = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let search = searches.get(parentElement);
  if (!search) searches.set(parentElement, (search = new Search(parentElement)));
  search.show(data, setTriggerValue);
}
