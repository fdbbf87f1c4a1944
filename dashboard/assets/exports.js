// The menu of exports. What is chosen is fetched here and not by the browser's own download, so that a file that
// takes long to make says how far it is, and can be cancelled.

const QUICK_MS = 600;      // what is made sooner shows nothing
const LOOK_MS = 700;       // between two looks at how far it is

class Exports {
  constructor(root, browser = window) {
    this.root = root;
    this.browser = browser;
    this.job = null;
    root.addEventListener("click", (event) => this.clicked(event));
    root.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !root.contains(event.relatedTarget)) this.close();
    });
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.menu?.open) return;
      this.close();
      this.menu.querySelector("summary").focus();
    });
    const outside = (event) => {
      if (!root.isConnected) browser.removeEventListener("pointerdown", outside);
      else if (!root.contains(event.target)) this.close();
    };
    browser.addEventListener("pointerdown", outside);
  }

  show(data) {
    if (this.data?.html !== data.html) this.root.innerHTML = data.html; // escaped where it was built, in Python
    this.data = data;
    this.tell();
  }

  get menu() { return this.root.querySelector("details"); }

  close() { if (this.menu && !this.job) this.menu.open = false; }

  clicked(event) {
    if (event.target.closest("[data-cancel]")) return this.cancel();
    const link = event.target.closest("a[download]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!this.job) this.fetch(link.href, link.textContent);
  }

  async fetch(address, name) {
    const { browser } = this;
    const id = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    const job = (this.job = { id, name, since: Date.now(), said: "", message: "", stop: new AbortController() });
    const begun = browser.setTimeout(() => this.look(job), QUICK_MS);
    try {
      const response = await browser.fetch(`${address}&job=${id}`, { signal: job.stop.signal, cache: "no-store" });
      if (!response.ok) job.message = await response.text();
      else this.save(await response.blob(), response.headers.get("Content-Disposition") ?? "");
    } catch {
      if (!job.stop.signal.aborted) job.message = this.data.words.lost;
    }
    browser.clearTimeout(begun);
    if (this.job !== job) return;
    this.job = null;
    if (!job.message) this.close();
    this.tell(job.message);
  }

  save(content, disposition) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = decodeURIComponent(/filename\*=utf-8''([^;]+)/.exec(disposition)?.[1] ?? "");
    document.body.append(link);
    link.click();
    link.remove();
    this.browser.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  async look(job) {
    if (this.job !== job) return;
    this.tell();
    try {
      const response = await this.browser.fetch(`/export/jobs/${job.id}`, { cache: "no-store" });
      if (response.ok) job.far = await response.json();
    } catch { /* the export itself says so */ }
    if (this.job !== job) return;
    this.tell();
    this.browser.setTimeout(() => this.look(job), LOOK_MS);
  }

  cancel() {
    const { job } = this;
    if (!job) return;
    this.job = null;
    job.stop.abort();
    this.browser.fetch(`/export/jobs/${job.id}`, { method: "POST" }).catch(() => {});
    this.tell(this.data.words.stopped);
  }

  // A line below the links: how far the file is with a button that stops it, or what became of it.
  tell(message = "") {
    const place = this.root.querySelector(".kpi-making"), { words } = this.data, { job } = this;
    if (!place) return;
    place.replaceChildren();
    place.hidden = !job && !message;
    if (!job) return place.append(message);
    const { done = 0, all = 0 } = job.far ?? {};
    const seconds = Math.round((Date.now() - job.since) / 1000);
    const bar = document.createElement("progress");
    const stop = document.createElement("button");
    if (all) [bar.max, bar.value] = [all, done];
    stop.type = "button";
    stop.dataset.cancel = "";
    stop.textContent = words.cancel;
    bar.ariaLabel = words.making;
    place.append(`${words.making} ${job.name}`, all ? ` ${done} / ${all}` : "", ` · ${seconds} s`, bar, stop);
  }
}

const menus = new WeakMap();

export default function ({ data, parentElement }) {
  let menu = menus.get(parentElement);
  if (!menu) menus.set(parentElement, (menu = new Exports(parentElement)));
  menu.show(data);
}
