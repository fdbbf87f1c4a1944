// The search of the bar (search.js): what is asked when, which hit is chosen, and what Ctrl-K does.

const FIELD = '<div class="kpi-search"><input type="search"><ul role="listbox" hidden></ul></div>';
const KINDS = { person: "Person", page: "Page", nothing: "Nothing" };
const FOUND = [
  { kind: "person", name: "<b>甲</b>", beside: "1001", page: "goals", team: "", agent: "1001", figure: "" },
  { kind: "page", name: "Data", beside: "", page: "data", team: "", agent: "", figure: "" },
];

class Asking {
  constructor() {
    this.tab = new Tab();
    this.told = [];
    this.root = document.body.appendChild(document.createElement("div"));
    this.search = new Search(this.root, this.tab);
    const data = { html: FIELD, words: KINDS, period: "2026-10", lang: "en" };
    this.search.show(data, (name, value) => this.told.push([name, value]));
  }

  async type(text) {
    this.search.input.focus();
    this.search.input.value = text;
    this.search.input.dispatchEvent(new Event("input", { bubbles: true }));
    await this.tab.pass(PAUSE_MS);
    this.tab.requests.at(-1).answer(200, FOUND);
    await settled();
  }

  key(name) { this.search.input.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true })); }
}

test("what is typed is asked once, after the keys", async () => {
  const asking = new Asking();
  asking.search.input.value = "甲";
  for (let n = 0; n < 3; n++) asking.search.input.dispatchEvent(new Event("input", { bubbles: true }));
  equal(asking.tab.requests.length, 0);
  await asking.tab.pass(PAUSE_MS);
  equal(asking.tab.requests.length, 1);
  equal(asking.tab.requests[0].address, "/search?q=%E7%94%B2&period=2026-10&lang=en");
});

test("a hit is chosen by the keys, and its name is text", async () => {
  const asking = new Asking();
  await asking.type("甲");
  equal(asking.search.list.querySelectorAll("[data-hit]").length, 2);
  equal(asking.search.list.querySelector("b"), null);
  asking.key("ArrowDown");
  asking.key("Enter");
  equal(asking.told.length, 1);
  equal(asking.told[0][1].page, "data");
  equal(asking.search.list.hidden, true);
});

test("what was found for an older text is not shown", async () => {
  const asking = new Asking();
  asking.search.input.focus();
  await settled();
  const [older] = asking.tab.requests;
  await asking.type("甲");
  older.answer(200, [FOUND[1], FOUND[1], FOUND[1]]);
  await settled();
  equal(asking.search.hits.length, 2);
});

test("Ctrl-K leads to the search, Escape away", async () => {
  const asking = new Asking();
  asking.tab.dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, cancelable: true }));
  equal(document.activeElement === asking.search.input, true);
  asking.key("Escape");
  equal(document.activeElement === asking.search.input, false);
});
