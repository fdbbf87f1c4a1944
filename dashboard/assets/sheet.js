// A form that saves itself (fields.js): on blur, on Enter, or after a short pause. The script run of the page is
// not involved, so a rerun never takes the focus or the text away, and typing never causes a rerun.

const FOLLOW_MS = 2000;    // how often a sheet looks whether another window changed it

class Sheet extends Fields {
  constructor(root, browser = window) {
    super(browser);
    this.root = root;
    this.html = null;
    this.waiting = null;
    this.rows = new Rows(root, browser);
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("change", (event) => this.changed(event));
    root.addEventListener("focusout", (event) => this.left(event));
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("compositionend", (event) => this.typed(event));
    root.addEventListener("click", (event) => this.clicked(event));
    this.flushAll = () => this.fields.forEach((field) => this.send(field));
    browser.addEventListener("pagehide", this.flushAll);
    const turn = (event) => root.isConnected ? this.turned(event) : browser.removeEventListener("keydown", turn);
    browser.addEventListener("keydown", turn);
    const follow = () => root.isConnected ? this.follow() : browser.clearInterval(following);
    const following = browser.setInterval(follow, FOLLOW_MS);
  }

  // What another window saved appears in fields that nobody types in; a sheet that went on runs the page anew.
  async follow() {
    const { data } = this;
    if (!data?.sheet || document.hidden) return;
    try {
      const response = await this.browser.fetch("/sheet?" + new URLSearchParams(data.sheet), { cache: "no-store" });
      const answer = await response.json();
      if (!response.ok || this.data !== data) return;
      for (const [name, given] of Object.entries(answer.fields)) {
        if (this.same(name, data.sheet)) this.receive(name, given);
      }
      this.fill();
      if (data.state && answer.state !== data.state) this.trigger("state", answer.state);
    } catch { /* the server is away: saving says so */ }
  }

  same(name, sheet) {
    const field = this.fields.get(name);
    return field && JSON.stringify(field.sheet) === JSON.stringify(sheet);
  }

  show(data, trigger) {
    this.trigger = trigger;
    if (this.data && this.key(this.data) !== this.key(data)) {
      this.root.querySelector(":focus")?.blur(); // saves what is being typed; what follows is of another sheet
      this.fields.clear();
      this.html = null;
    } else if (this.data && this.data.state !== data.state) {
      this.fields.forEach((field) => this.again(field)); // what a locked sheet refused, an open one may take
    }
    this.data = data;
    for (const [name, given] of Object.entries(data.fields)) this.receive(name, given);
    if (data.html === this.html) {
      this.fill();
    } else if (this.typingIn()) {
      this.waiting = data.html; // drawn when the field is left: nothing moves under the fingers
    } else {
      this.draw(data.html);
    }
  }

  key(data) { return JSON.stringify([data.sheet, data.lang]); }

  draw(html) {
    const active = this.root.querySelector(":focus")?.dataset.field, anew = this.html === null;
    this.html = html;
    this.waiting = null;
    let body = this.root.querySelector(".kpi-body");
    if (!body) {
      body = document.createElement("div");
      body.className = "kpi-body";
      this.root.appendChild(body);
    }
    body.innerHTML = html; // escaped where it was built, in Python
    this.rows.drawn(anew);
    this.fill();
    if (active) this.input(active)?.focus();
  }

  fill() {
    this.fields.forEach((_, name) => this.tell(name));
    this.listLeftOver();
  }

  // Typed here when another window agreed the sheet: there is no field for it any more, but it is not lost.
  listLeftOver() {
    const left = [...this.fields.values()].filter((field) => field.text !== field.saved && !this.input(field.name));
    const now = JSON.stringify(left.map((field) => [field.name, field.text]));
    const list = this.root.querySelector(".kpi-left") ?? document.createElement("div");
    if (list.dataset.now === now || !(left.length || list.isConnected)) return;
    list.className = "kpi-left";
    list.dataset.now = now;
    list.role = "alert";
    list.replaceChildren(...(left.length ? [this.data.words.left] : []), ...left.map((field) => {
      const text = document.createElement("q");
      const drop = document.createElement("button");
      text.textContent = field.text;
      drop.type = "button";
      drop.dataset.drop = field.name;
      drop.textContent = this.data.words.drop;
      text.append(drop);
      return text;
    }));
    this.root.prepend(list);
  }

  input(name) { return this.root.querySelector(`[data-field="${CSS.escape(name)}"]`); }

  typingIn() { return this.root.querySelector("textarea:focus, input[type=text]:focus") !== null; }

  typed(event) {
    const field = this.fields.get(event.target.dataset?.field);
    if (!field) return;
    field.text = event.target.value;
    field.message = "";
    this.keep(field);
    if (!event.isComposing) this.later(field);
    this.tell(field.name);
  }

  changed(event) {
    if (event.target.matches("select, input[type=date]")) {
      this.typed(event);
      this.send(this.fields.get(event.target.dataset.field));
    }
  }

  left(event) {
    const field = this.fields.get(event.target.dataset?.field);
    if (!field) return;
    this.send(field);
    if (this.waiting !== null) {
      const html = this.waiting;
      this.browser.setTimeout(() => { if (this.waiting === html && !this.typingIn()) this.draw(html); }, 0);
    }
  }

  pressed(event) {
    if (event.key === "Enter" && !event.isComposing && event.target.matches("input[data-field]")) {
      this.send(this.fields.get(event.target.dataset.field));
    }
  }

  turned(event) {
    const way = { PageDown: "next", PageUp: "previous" }[event.key];
    if (!way || !this.data?.keys || document.querySelector("[role=dialog]")) return;
    event.preventDefault();
    document.activeElement?.blur(); // what is being typed is saved first
    this.trigger("go", `${way} ${Date.now()}`);
  }

  clicked(event) {
    const choice = event.target.closest("[data-keep]");
    if (choice) return this.settle(choice.dataset.of, choice.dataset.keep);
    const drop = event.target.closest("[data-drop]");
    if (drop) return this.drop(drop.dataset.drop);
    const take = event.target.closest("[data-take]");
    if (take) return this.take(take.dataset.take, take.dataset.value);
    const button = event.target.closest("[data-how], [data-person]");
    if (!button) return;
    if (button.dataset.how) this.trigger("how", button.dataset.how);
    else this.trigger("person", button.dataset.person);
  }

  take(name, value) {
    const input = this.input(name);
    input.value = value === "today" ? new Date().toLocaleDateString("sv") : value; // as 2026-11-22
    this.typed({ target: input });
    this.send(this.fields.get(name));
  }

  // What a field holds and how it stands; what is being typed is not touched.
  tell(name) {
    const field = this.fields.get(name);
    if (!field) return; // of a sheet that was left
    const input = this.input(name);
    if (input && input.value !== field.text && document.activeElement !== input) input.value = field.text;
    const place = this.root.querySelector(`[data-state="${CSS.escape(name)}"]`);
    if (!place) return;
    const { words } = this.data;
    input?.toggleAttribute("data-empty", !field.text);
    let state = "idle", text = "";
    if (field.conflict) [state, text] = ["conflict", field.conflict.message];
    else if (field.message) [state, text] = ["refused", field.message];
    else if (field.busy || field.text !== field.saved) [state, text] = ["saving", words.saving];
    else if (field.at) [state, text] = ["saved", words.saved.replace("{time}", field.at)];
    if (place.dataset.now === state + text) return;
    place.dataset.now = state + text;
    place.className = "kpi-state kpi-state-" + state;
    place.textContent = text;
    input?.setAttribute("aria-invalid", String(state === "refused" || state === "conflict"));
    if (state === "conflict") place.append(...this.choices(name, field));
  }

  choices(name, field) {
    const theirs = document.createElement("q");
    theirs.textContent = field.conflict.shown || this.data.words.nothing;
    const buttons = ["mine", "theirs"].map((which) => {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.keep = which;
      button.dataset.of = name;
      button.textContent = this.data.words[which];
      return button;
    });
    return [theirs, ...buttons];
  }
}

const sheets = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let sheet = sheets.get(parentElement);
  if (!sheet) sheets.set(parentElement, (sheet = new Sheet(parentElement)));
  sheet.show(data, setTriggerValue);
  return () => sheet.flushAll();
}
