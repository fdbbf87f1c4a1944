// Fields that save themselves: each goes to /save with the version it was read at, and outlives a reload, a
// crash and a lost network in the tab's storage. What they look like is the sheet's affair (sheet.js). Network,
// clock and storage are the browser's, or those that a test hands in.

const PAUSE_MS = 600;      // a second's pause must be enough to be on disk
const RETRY_MS = 3000;

export class Fields {
  constructor(browser) {
    this.browser = browser;
    this.known = new Map(); // every field seen, by its draft's name; `fields` are those of the sheet shown
    this.fields = new Map(); // name → {name, sheet, lang, version, saved, text, timer, busy, tried, conflict}
  }

  draft(field) { return "kpi-draft " + JSON.stringify(field.sheet) + " " + field.name; }

  // What is not known to be saved stands in the tab's storage, with the version it was typed over and the
  // texts sent without an answer: found on the server, none of them is a stranger's.
  keep(field) {
    const { text, version, tried } = field;
    const { sessionStorage } = this.browser;
    if (text === field.saved && !field.busy) sessionStorage.removeItem(this.draft(field));
    else sessionStorage.setItem(this.draft(field), JSON.stringify({ text, version, tried }));
  }

  // False for a field of a sheet that has left the screen while its save was under way.
  shown(field) { return this.fields.get(field.name) === field; }

  // What the server holds. A text that was typed and not yet saved outlives a reload in the tab's storage.
  receive(name, given) {
    const { data: { lang }, browser: { sessionStorage } } = this;
    const sheet = { ...this.data.sheet, ...given.sheet, ...(given.month && { month: given.month }) };
    const fresh = {
      name, rerun: given.rerun, as: given.as || name, sheet, lang, version: given.version, saved: given.value, text: given.value, timer: 0,
    };
    const field = this.known.get(this.draft(fresh));
    if (field) {
      this.fields.set(name, field);
      field.lang = lang;
      const clean = field.text === field.saved && !field.busy;
      if (clean && given.version >= field.version) {
        Object.assign(field, { version: given.version, saved: given.value, text: given.value });
      }
      return;
    }
    this.fields.set(name, fresh);
    this.known.set(this.draft(fresh), fresh);
    const kept = JSON.parse(sessionStorage.getItem(this.draft(fresh)) || "null");
    if (kept && kept.text !== given.value) {
      Object.assign(fresh, kept);
      this.later(fresh);
    } else if (kept) {
      sessionStorage.removeItem(this.draft(fresh));
    }
  }

  again(field) {
    field.refused = null;
    field.message = "";
    if (field.text !== field.saved) this.later(field);
  }

  drop(name) {
    const field = this.fields.get(name);
    Object.assign(field, { text: field.saved, conflict: null, refused: null, message: "" });
    this.keep(field);
    this.listLeftOver();
  }

  later(field, ms = PAUSE_MS) {
    this.browser.clearTimeout(field.timer);
    field.timer = this.browser.setTimeout(() => this.send(field), ms);
  }

  // One save of a field at a time: what is typed meanwhile goes when the answer has brought its version.
  async send(field) {
    const { name, text } = field;
    if (field.busy || field.conflict || text === field.saved || text === field.refused) return this.tell(name);
    const before = field.tried ?? [];
    field.busy = true;
    field.tried = [...new Set(before).add(text)];
    this.keep(field);
    this.tell(name);
    const dot = field.as.lastIndexOf(".");
    let status = 0, answer = {};
    try {
      const response = await this.browser.fetch("/save", {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          sheet: field.sheet, indicator: field.as.slice(0, dot), field: field.as.slice(dot + 1), value: text,
          version: field.version, lang: field.lang,
        }),
      });
      status = response.status;
      answer = await response.json();
    } catch {
      status = 0; // no answer: the server is away, the text stays here and is tried again
    }
    field.busy = false;
    this.answered(field, text, status, answer, before);
    this.tell(name);
  }

  answered(field, text, status, answer, before) {
    if (![200, 403, 409, 413, 422].includes(status)) {
      field.message = answer.message || this.data.words.offline;
      return this.later(field, RETRY_MS);
    }
    field.tried = null;
    if (status === 200) {
      this.accepted(field, text, answer);
    } else if (status === 409 && before.includes(answer.shown)) {
      field.version = answer.version;
      field.saved = null;
    } else if (status === 409) {
      field.conflict = answer;
    } else {
      field.refused = text;
      if (field.text === text) field.message = answer.message;
    }
    this.keep(field);
    if (field.saved === null || field.text !== text) this.later(field);
  }

  accepted(field, text, answer) {
    field.version = answer.version;
    field.at = new Date().toTimeString().slice(0, 5);
    field.message = "";
    field.saved = null; // for what was typed meanwhile, only the version is known
    if (field.text !== text) return;
    field.saved = field.text = answer.shown;
    if (this.shown(field) && (this.data.rerun || field.rerun)) this.trigger("saved", field.name + " " + answer.version);
  }

  settle(name, which) {
    const field = this.fields.get(name);
    if (!field?.conflict) return;
    field.version = field.conflict.version;
    field.saved = field.conflict.shown;
    if (which === "theirs") field.text = field.conflict.shown;
    field.conflict = null;
    this.keep(field);
    this.send(field);
  }
}
