// A form that saves itself: each field goes to /save on blur, on Enter, or after a short pause,
// with the version it was read at. The script run of the page is not involved, so a rerun never
// takes the focus or the text away, and typing never causes a rerun.

const PAUSE_MS = 600;      // a second's pause must be enough to be on disk
const RETRY_MS = 3000;

class Sheet {
  constructor(root) {
    this.root = root;
    this.fields = new Map(); // name → {version, saved, text, timer, busy, conflict}
    this.html = null;
    this.waiting = null;
    root.addEventListener("input", (event) => this.typed(event));
    root.addEventListener("change", (event) => this.changed(event));
    root.addEventListener("focusout", (event) => this.left(event));
    root.addEventListener("keydown", (event) => this.pressed(event));
    root.addEventListener("compositionend", (event) => this.typed(event));
    root.addEventListener("click", (event) => this.clicked(event));
    this.flushAll = () => this.fields.forEach((field, name) => this.send(name, true));
    window.addEventListener("pagehide", this.flushAll);
  }

  show(data, trigger) {
    this.trigger = trigger;
    if (this.data && this.key(this.data) !== this.key(data)) {
      this.flushAll();
      this.fields.clear();
      this.html = null;
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

  draft(name) { return "kpi-draft " + JSON.stringify(this.data.sheet) + " " + name; }

  // What the server holds. A text that was typed and not yet saved outlives a reload in the tab's storage.
  receive(name, given) {
    const field = this.fields.get(name);
    if (field) {
      const clean = field.text === field.saved && !field.busy;
      if (clean && given.version >= field.version) {
        Object.assign(field, { version: given.version, saved: given.value, text: given.value });
      }
      return;
    }
    const fresh = { version: given.version, saved: given.value, text: given.value, timer: 0 };
    this.fields.set(name, fresh);
    const kept = JSON.parse(sessionStorage.getItem(this.draft(name)) || "null");
    if (kept && kept.text !== given.value) {
      fresh.text = kept.text;
      fresh.version = kept.version;
      this.later(name, PAUSE_MS);
    } else if (kept) {
      sessionStorage.removeItem(this.draft(name));
    }
  }

  draw(html) {
    const active = this.root.querySelector(":focus")?.dataset.field;
    this.html = html;
    this.waiting = null;
    let body = this.root.querySelector(".kpi-body");
    if (!body) {
      body = document.createElement("div");
      body.className = "kpi-body";
      this.root.appendChild(body);
    }
    body.innerHTML = html; // escaped where it was built, in Python
    this.fill();
    if (active) this.input(active)?.focus();
  }

  fill() {
    this.fields.forEach((field, name) => {
      const input = this.input(name);
      if (input && input.value !== field.text && document.activeElement !== input) input.value = field.text;
      this.tell(name);
    });
  }

  input(name) { return this.root.querySelector(`[data-field="${CSS.escape(name)}"]`); }

  typingIn() { return this.root.querySelector("textarea:focus, input[type=text]:focus") !== null; }

  typed(event) {
    const name = event.target.dataset?.field;
    const field = this.fields.get(name);
    if (!field) return;
    field.text = event.target.value;
    field.message = "";
    sessionStorage.setItem(this.draft(name), JSON.stringify({ text: field.text, version: field.version }));
    if (!event.isComposing) this.later(name, PAUSE_MS);
    this.tell(name);
  }

  changed(event) {
    if (event.target.matches("select, input[type=date]")) {
      this.typed(event);
      this.send(event.target.dataset.field);
    }
  }

  left(event) {
    const name = event.target.dataset?.field;
    const field = this.fields.get(name);
    if (!field) return;
    this.send(name);
    if (field.text === field.saved && event.target.value !== field.text) event.target.value = field.text;
    if (this.waiting !== null) {
      const html = this.waiting;
      setTimeout(() => { if (this.waiting === html && !this.typingIn()) this.draw(html); }, 0);
    }
  }

  pressed(event) {
    if (event.key === "Enter" && !event.isComposing && event.target.matches("input[data-field]")) {
      this.send(event.target.dataset.field);
    }
  }

  clicked(event) {
    const choice = event.target.closest("[data-keep]");
    if (choice) return this.settle(choice.dataset.of, choice.dataset.keep);
    const button = event.target.closest("[data-how], [data-person]");
    if (!button) return;
    if (button.dataset.how) this.trigger("how", button.dataset.how);
    else this.trigger("person", button.dataset.person);
  }

  later(name, ms) {
    const field = this.fields.get(name);
    clearTimeout(field.timer);
    field.timer = setTimeout(() => this.send(name), ms);
  }

  async send(name, leaving = false) {
    const field = this.fields.get(name);
    clearTimeout(field.timer);
    if (field.text === field.saved || field.conflict || (field.busy && !leaving)) return this.tell(name);
    if (field.refused === field.text) return this.tell(name);
    const text = field.text;
    const dot = name.lastIndexOf(".");
    const sheet = this.data.sheet;
    const draft = this.draft(name);
    field.busy = true;
    this.tell(name);
    let status = 0, answer = {};
    try {
      const response = await fetch("/save", {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          sheet, indicator: name.slice(0, dot), field: name.slice(dot + 1), value: text,
          version: field.version, lang: this.data.lang,
        }),
      });
      status = response.status;
      answer = await response.json();
    } catch (error) {
      status = 0; // no answer: the server is away, the text stays here and is tried again
    }
    field.busy = false;
    if (status === 200) this.accepted(name, field, text, answer, draft);
    else if (status === 409) field.conflict = answer;
    else if (status === 422 || status === 403 || status === 413) {
      field.refused = text;
      field.message = answer.message;
    } else if (this.fields.get(name) === field) {
      field.message = this.data.words.offline;
      field.timer = setTimeout(() => this.send(name), RETRY_MS);
    }
    if (this.fields.get(name) === field) this.tell(name);
  }

  accepted(name, field, text, answer, draft) {
    field.version = answer.version;
    field.at = new Date().toTimeString().slice(0, 5);
    field.message = "";
    if (field.text === text) {
      field.saved = field.text = answer.shown;
      sessionStorage.removeItem(draft);
      const input = this.fields.get(name) === field && this.input(name);
      if (input && document.activeElement !== input) input.value = answer.shown;
      if (this.data.rerun) this.trigger("saved", name + " " + answer.version);
    } else {
      field.saved = null;
      this.later(name, PAUSE_MS);
    }
  }

  settle(name, which) {
    const field = this.fields.get(name);
    if (!field?.conflict) return;
    field.version = field.conflict.version;
    field.saved = field.conflict.shown;
    if (which === "theirs") {
      field.text = field.conflict.shown;
      sessionStorage.removeItem(this.draft(name));
      this.input(name).value = field.text;
    }
    field.conflict = null;
    this.send(name);
  }

  tell(name) {
    const place = this.root.querySelector(`[data-state="${CSS.escape(name)}"]`);
    const field = this.fields.get(name);
    if (!place || !field) return;
    const { words } = this.data;
    const input = this.input(name);
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

  close() {
    this.flushAll();
    window.removeEventListener("pagehide", this.flushAll);
  }
}

const sheets = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let sheet = sheets.get(parentElement);
  if (!sheet) sheets.set(parentElement, (sheet = new Sheet(parentElement)));
  sheet.show(data, setTriggerValue);
  return () => sheet.flushAll();
}
