// How a sheet saves (fields.js, sheet.js): the pause, one save at a time, conflicts, a lost network, reloads.

const WORDS = {
  saving: "Saving", saved: "Saved {time}", offline: "Not saved yet", mine: "Keep mine", theirs: "Take the other",
  nothing: "(empty)", left: "Not saved:", drop: "Discard",
};
const KEY = { kind: "person", id: "1003", month: "2026-10" };
const HTML = `<textarea data-field="csat.cause"></textarea><span data-state="csat.cause"></span>
  <input type="text" data-field="csat.next_target"><span data-state="csat.next_target"></span>`;

// A sheet on the page of a tab, and the hands of somebody who types in it.
class Desk {
  constructor({ tab = new Tab(), cause = ["", 0], ...given } = {}) {
    this.tab = tab;
    this.told = [];
    this.root = document.body.appendChild(document.createElement("div"));
    this.sheet = new Sheet(this.root, tab);
    this.show({ fields: fields(cause), ...given });
  }

  show(given) {
    this.data = { html: HTML, sheet: KEY, lang: "en", words: WORDS, rerun: false, state: "draft", ...this.data, ...given };
    this.sheet.show(this.data, (what, value) => this.told.push([what, value]));
  }

  input(name = "csat.cause") { return this.root.querySelector(`[data-field="${name}"]`); }

  get state() { return this.root.querySelector('[data-state="csat.cause"]').firstChild?.data.replace(/ \d.*/, "") ?? ""; }

  type(text, name, more) {
    const input = this.input(name);
    input.focus();
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, ...more }));
  }

  press(key, name, more) { this.input(name).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more })); }

  click(label) { [...this.root.querySelectorAll("button")].find((button) => button.textContent === label).click(); }

  get saves() { return this.tab.requests.filter((request) => request.address === "/save"); }

  get sent() { return this.saves.map(({ sent }) => [sent.value, sent.version]); }

  // The drafts in the tab's storage: the text and the version that it was typed over.
  get drafts() { return [...this.tab.kept.values()].map((draft) => JSON.parse(draft)).map(({ text, version }) => [text, version]); }

  // The same sheet after a reload, which no answer and no timer survives.
  reload(given) {
    this.root.remove();
    return new Desk({ tab: new Tab(this.tab.kept), ...given });
  }
}

function fields([value, version], target = ["", 0]) {
  return { "csat.cause": { value, version }, "csat.next_target": { value: target[0], version: target[1] } };
}

test("a text goes once, after a pause that every key begins anew", async () => {
  const desk = new Desk();
  for (const text of ["a", "ab", "abc"]) {
    desk.type(text);
    await desk.tab.pass(500);
  }
  equal(desk.sent, []);
  equal(desk.state, "Saving");
  await desk.tab.pass(500);
  equal(desk.sent, [["abc", 0]]);
});

test("a text is on its way less than a second after the last key", async () => {
  const desk = new Desk();
  desk.type("abc");
  await desk.tab.pass(900);
  equal(desk.sent, [["abc", 0]]);
});

test("a save says which field of which sheet it is for", async () => {
  const desk = new Desk({ fields: {
    "week.1.note": { value: "", version: 7, as: "csat.cause", month: "2026-09" },
    "csat.cause": { value: "", version: 0 },
  }, html: '<textarea data-field="week.1.note"></textarea>' });
  desk.type("abc", "week.1.note");
  await desk.tab.pass(1000);
  equal(desk.saves[0].options.method, "POST");
  equal(desk.saves[0].sent, {
    sheet: { kind: "person", id: "1003", month: "2026-09" }, indicator: "csat", field: "cause", value: "abc", version: 7, lang: "en",
  });
});

test("leaving the field saves at once, and once", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.input().blur();
  equal(desk.sent, [["abc", 0]]);
  await desk.saves[0].answer(200, { version: 1, shown: "abc" });
  await desk.tab.pass(9000);
  equal(desk.sent.length, 1);
});

test("Enter saves a line at once, but not when it ends a composition", () => {
  const desk = new Desk();
  desk.type("90", "csat.next_target");
  desk.press("Enter", "csat.next_target", { isComposing: true });
  equal(desk.sent, []);
  desk.press("Enter", "csat.next_target");
  equal(desk.sent, [["90", 0]]);
});

test("what is being composed is kept, and not sent before it is chosen", async () => {
  const desk = new Desk();
  desk.type("xin", undefined, { isComposing: true });
  await desk.tab.pass(5000);
  equal(desk.sent, []);
  equal(desk.drafts, [["xin", 0]]);
  desk.input().value = "新";
  desk.input().dispatchEvent(new CompositionEvent("compositionend", { bubbles: true }));
  await desk.tab.pass(1000);
  equal(desk.sent, [["新", 0]]);
});

test("a save without a change is none", async () => {
  const desk = new Desk({ cause: ["abc", 1] });
  desk.type("abcd");
  desk.type("abc");
  desk.input().blur();
  await desk.tab.pass(5000);
  equal([desk.sent, desk.drafts], [[], []]);
});

test("one save at a time: the rest goes over the version that the answer brings", async () => {
  const desk = new Desk();
  desk.type("a");
  await desk.tab.pass(1000);
  desk.type("ab");
  await desk.tab.pass(5000);
  desk.type("abc");
  desk.input().blur();
  desk.tab.dispatchEvent(new Event("pagehide"));
  await desk.tab.pass(5000);
  equal(desk.sent, [["a", 0]]);
  await desk.saves[0].answer(200, { version: 1, shown: "a" });
  equal(desk.input().value, "abc");
  await desk.tab.pass(1000);
  equal(desk.sent, [["a", 0], ["abc", 1]]);
  await desk.saves[1].answer(200, { version: 2, shown: "abc" });
  await desk.tab.pass(9000);
  equal([desk.sent.length, desk.state], [2, "Saved"]);
});

test("two fields do not wait for each other", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.type("90", "csat.next_target");
  await desk.tab.pass(1000);
  equal(desk.sent, [["abc", 0], ["90", 0]]);
});

async function typeBack() {
  const desk = new Desk({ cause: ["old", 1] });
  desk.type("new");
  await desk.tab.pass(1000);
  desk.type("old");
  return desk;
}

test("typing back to the first text while it is being replaced saves it again", async () => {
  const desk = await typeBack();
  desk.show({ fields: fields(["new", 2]) });
  await desk.saves[0].answer(200, { version: 2, shown: "new" });
  await desk.tab.pass(1000);
  equal(desk.sent, [["new", 1], ["old", 2]]);
});

test("a reload while the first text is being replaced does not lose that it was typed again", async () => {
  const desk = (await typeBack()).reload({ cause: ["new", 2] });
  equal(desk.input().value, "old");
  await desk.tab.pass(1000);
  await desk.saves[0].answer(409, { message: "Changed elsewhere", version: 2, shown: "new" });
  await desk.tab.pass(1000);
  equal(desk.sent, [["old", 1], ["old", 2]]);
});

test("a save asks for its answer in the language that the page has now", () => {
  const desk = new Desk();
  desk.show({ lang: "zh" });
  desk.type("abc");
  desk.input().blur();
  equal(desk.saves[0].sent.lang, "zh");
});

test("a saved text is shown as the server reads it, but not under the fingers", async () => {
  const desk = new Desk();
  desk.type("91.5%", "csat.next_target");
  desk.press("Enter", "csat.next_target");
  await desk.saves[0].answer(200, { version: 1, shown: "91.5" });
  equal(desk.input("csat.next_target").value, "91.5%");
  desk.input("csat.next_target").blur();
  equal(desk.input("csat.next_target").value, "91.5");
  await desk.tab.pass(9000);
  equal(desk.sent.length, 1);
});

test("the page runs anew after a save only where a figure depends on it", async () => {
  const ran = [["saved", "csat.cause 1"]];
  for (const [ofSheet, ofField, told] of [[false, false, []], [true, false, ran], [false, true, ran]]) {
    const desk = new Desk({ rerun: ofSheet, fields: { "csat.cause": { value: "", version: 0, rerun: ofField } } });
    desk.type("abc");
    desk.input().blur();
    await desk.saves[0].answer(200, { version: 1, shown: "abc" });
    equal(desk.told, told);
  }
});

async function conflict() {
  const desk = new Desk({ cause: ["first", 1] });
  desk.type("mine");
  desk.input().blur();
  await desk.saves[0].answer(409, { message: "Changed elsewhere", version: 2, shown: "theirs" });
  return desk;
}

test("a conflict shows both texts and sends nothing before a choice", async () => {
  const desk = await conflict();
  equal([desk.input().value, desk.state, desk.root.querySelector("q").textContent], ["mine", "Changed elsewhere", "theirs"]);
  desk.type("mine too");
  desk.input().blur();
  desk.tab.dispatchEvent(new Event("pagehide"));
  await desk.tab.pass(9000);
  equal([desk.sent, desk.drafts], [[["mine", 1]], [["mine too", 1]]]);
  equal([desk.input().value, desk.root.querySelector("q").textContent], ["mine too", "theirs"]);
});

test("mine, kept in a conflict, goes over their version", async () => {
  const desk = await conflict();
  desk.click("Keep mine");
  equal(desk.sent, [["mine", 1], ["mine", 2]]);
  await desk.saves[1].answer(200, { version: 3, shown: "mine" });
  equal([desk.input().value, desk.state, desk.drafts], ["mine", "Saved", []]);
});

test("theirs, taken in a conflict, is there and not sent", async () => {
  const desk = await conflict();
  desk.click("Take the other");
  await desk.tab.pass(9000);
  equal([desk.input().value, desk.sent.length, desk.drafts, desk.state], ["theirs", 1, [], ""]);
  desk.type("next");
  desk.input().blur();
  equal(desk.sent[1], ["next", 2]);
});

test("a conflict is there again after a reload", async () => {
  const desk = (await conflict()).reload({ cause: ["theirs", 2] });
  equal(desk.input().value, "mine");
  await desk.tab.pass(1000);
  equal(desk.sent, [["mine", 1]]);
  await desk.saves[0].answer(409, { message: "Changed elsewhere", version: 2, shown: "theirs" });
  equal([desk.input().value, desk.root.querySelector("q").textContent], ["mine", "theirs"]);
});

test("an emptied text of the other side is named in a conflict", async () => {
  const desk = new Desk({ cause: ["first", 1] });
  desk.type("mine");
  desk.input().blur();
  await desk.saves[0].answer(409, { message: "Changed elsewhere", version: 2, shown: "" });
  equal(desk.root.querySelector("q").textContent, "(empty)");
});

test("own words saved without an answer are no conflict", async () => {
  const desk = new Desk();
  desk.type("a");
  await desk.tab.pass(1000);
  await desk.saves[0].lose();
  desk.type("ab");
  await desk.tab.pass(1000);
  await desk.saves[1].answer(409, { message: "Changed elsewhere", version: 1, shown: "a" });
  equal(desk.state, "Saving");
  await desk.tab.pass(1000);
  equal(desk.sent, [["a", 0], ["ab", 0], ["ab", 1]]);
});

test("own words saved without an answer are no conflict, also when later ones were lost on the way", async () => {
  const desk = new Desk();
  for (const [place, text] of ["a", "ab", "abc"].entries()) {
    desk.type(text);
    await desk.tab.pass(1000);
    await desk.saves[place].lose();
  }
  await desk.tab.pass(5000);
  await desk.saves[3].answer(409, { message: "Changed elsewhere", version: 1, shown: "a" });
  await desk.tab.pass(1000);
  equal(desk.sent.slice(3), [["abc", 0], ["abc", 1]]);
});

test("the same words are another's once their save was answered", async () => {
  const desk = new Desk();
  desk.type("a");
  await desk.tab.pass(1000);
  await desk.saves[0].answer(200, { version: 1, shown: "a" });
  desk.type("ab");
  await desk.tab.pass(1000);
  await desk.saves[1].answer(409, { message: "Changed elsewhere", version: 3, shown: "a" });
  equal(desk.state, "Changed elsewhere");
});

test("another's words after a lost answer are a conflict", async () => {
  const desk = new Desk();
  desk.type("a");
  await desk.tab.pass(1000);
  await desk.saves[0].lose();
  await desk.tab.pass(5000);
  await desk.saves[1].answer(409, { message: "Changed elsewhere", version: 1, shown: "b" });
  equal(desk.state, "Changed elsewhere");
});

test("without a network the text stays, says so, and is tried again until it is saved", async () => {
  const desk = new Desk();
  desk.type("abc");
  await desk.tab.pass(1000);
  for (const place of [0, 1, 2]) {
    await desk.saves[place].lose();
    equal([desk.state, desk.drafts], ["Not saved yet", [["abc", 0]]]);
    await desk.tab.pass(2000);
    equal(desk.sent.length, place + 1);
    await desk.tab.pass(2000);
    equal(desk.sent.length, place + 2);
  }
  await desk.saves[3].answer(200, { version: 1, shown: "abc" });
  await desk.tab.pass(9000);
  equal([desk.sent.length, desk.state, desk.drafts], [4, "Saved", []]);
});

test("a server that cannot write says why, and is tried again", async () => {
  const desk = new Desk();
  desk.type("abc");
  await desk.tab.pass(1000);
  await desk.saves[0].answer(503, { message: "The disk is full." });
  equal([desk.state, desk.drafts], ["The disk is full.", [["abc", 0]]]);
  await desk.tab.pass(5000);
  equal(desk.sent, [["abc", 0], ["abc", 0]]);
});

test("an answer that breaks off is none", async () => {
  const desk = new Desk();
  desk.tab.fetch = async () => new Response('{"version": 1, "sho', { status: 200 });
  desk.type("abc");
  await desk.tab.pass(1000);
  equal([desk.state, desk.drafts], ["Not saved yet", [["abc", 0]]]);
});

test("what is refused stays, says why, and goes again only when it is changed", async () => {
  const desk = new Desk();
  desk.type("low");
  desk.input().blur();
  await desk.saves[0].answer(422, { message: "No number." });
  desk.input().focus();
  desk.input().blur();
  await desk.tab.pass(9000);
  equal([desk.sent.length, desk.state, desk.input().value, desk.drafts], [1, "No number.", "low", [["low", 0]]]);
  desk.type("90");
  desk.input().blur();
  equal(desk.sent, [["low", 0], ["90", 0]]);
});

test("what is refused while more is typed does not hold that up", async () => {
  const desk = new Desk();
  desk.type("lo");
  await desk.tab.pass(1000);
  desk.type("low");
  await desk.tab.pass(1000);
  await desk.saves[0].answer(422, { message: "No number." });
  equal(desk.state, "Saving");
  await desk.tab.pass(1000);
  equal(desk.sent, [["lo", 0], ["low", 0]]);
});

test("what a locked sheet refused goes when it is open again", async () => {
  const desk = new Desk({ state: "agreed" });
  desk.type("abc");
  desk.input().blur();
  await desk.saves[0].answer(422, { message: "Agreed." });
  await desk.tab.pass(9000);
  desk.show({ state: "draft" });
  await desk.tab.pass(1000);
  equal(desk.sent, [["abc", 0], ["abc", 0]]);
});

test("a draft is there after a reload, and goes over the version that it was typed over", async () => {
  const desk = new Desk({ cause: ["old", 4] });
  desk.type("old and n");
  const again = desk.reload({ cause: ["old", 4] });
  equal([again.input().value, again.state], ["old and n", "Saving"]);
  await again.tab.pass(1000);
  equal(again.sent, [["old and n", 4]]);
  await again.saves[0].answer(200, { version: 5, shown: "old and n" });
  equal(again.drafts, []);
  equal(again.reload({ cause: ["old and n", 5] }).input().value, "old and n");
});

test("a draft does not overwrite what somebody else saved before the reload", async () => {
  const desk = new Desk({ cause: ["old", 4] });
  desk.type("mine");
  const again = desk.reload({ cause: ["theirs", 5] });
  await again.tab.pass(1000);
  equal(again.sent, [["mine", 4]]);
});

test("a draft that was saved without an answer is no draft after a reload", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.input().blur();
  equal(desk.drafts, [["abc", 0]]);
  const again = desk.reload({ cause: ["abc", 1] });
  await again.tab.pass(9000);
  equal([again.input().value, again.sent, again.drafts], ["abc", [], []]);
});

test("typed on over a save without an answer, a reload makes no conflict", async () => {
  const desk = new Desk();
  desk.type("a");
  await desk.tab.pass(1000);
  desk.type("ab");
  const again = desk.reload({ cause: ["a", 1] });
  await again.tab.pass(1000);
  await again.saves[0].answer(409, { message: "Changed elsewhere", version: 1, shown: "a" });
  await again.tab.pass(1000);
  equal(again.sent, [["ab", 0], ["ab", 1]]);
});

test("typed on after a reload that overtook a save, there is no conflict", async () => {
  const desk = new Desk();
  desk.type("a");
  await desk.tab.pass(1000);
  const again = desk.reload();
  again.type("ab");
  await again.tab.pass(1000);
  await again.saves[0].answer(409, { message: "Changed elsewhere", version: 1, shown: "a" });
  await again.tab.pass(1000);
  equal(again.sent, [["ab", 0], ["ab", 1]]);
});

test("a draft belongs to its own sheet", async () => {
  const desk = new Desk();
  desk.type("abc");
  const other = desk.reload({ sheet: { ...KEY, id: "1004" } });
  await other.tab.pass(1000);
  equal([other.input().value, other.sent], ["", []]);
});

test("closing the page sends what was typed last, and the request outlives it", () => {
  const desk = new Desk();
  desk.type("abc");
  desk.tab.dispatchEvent(new Event("pagehide"));
  equal(desk.sent, [["abc", 0]]);
  equal(desk.saves[0].options.keepalive, true);
});

test("going to another sheet sends what was typed, and its answer stays off the new one", async () => {
  const desk = new Desk({ rerun: true });
  desk.type("of 1003");
  desk.show({ sheet: { ...KEY, id: "1004" }, fields: fields(["of 1004", 8]) });
  equal(desk.saves.map(({ sent }) => [sent.sheet.id, sent.value]), [["1003", "of 1003"]]);
  await desk.saves[0].answer(200, { version: 1, shown: "of 1003" });
  equal([desk.input().value, desk.state, desk.told], ["of 1004", "", []]);
  desk.type("new");
  desk.input().blur();
  equal([desk.saves[1].sent.sheet.id, desk.sent[1]], ["1004", ["new", 8]]);
});

test("a sheet that is come back to has what was typed while the network was away", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.input().blur();
  desk.show({ sheet: { ...KEY, id: "1004" }, fields: {}, html: '<span data-state="csat.cause"></span>' });
  await desk.saves[0].lose();
  desk.show({ state: "agreed" });
  equal(desk.root.querySelector(".kpi-left"), null);
  desk.show({ sheet: KEY, fields: fields(["", 0]), html: HTML });
  equal([desk.input().value, desk.state], ["abc", "Not saved yet"]);
  await desk.tab.pass(5000);
  equal(desk.sent, [["abc", 0], ["abc", 0]]);
});

async function follow(desk, given) {
  await desk.tab.pass(2500);
  const asked = desk.tab.requests.findLast((request) => request.address === "/sheet?kind=person&id=1003&month=2026-10");
  await asked.answer(200, { state: "draft", ...given });
}

test("what another window saved appears where nobody types", async () => {
  const desk = new Desk();
  desk.type("mine");
  await follow(desk, { fields: fields(["theirs", 3], ["90", 3]) });
  equal([desk.input().value, desk.input("csat.next_target").value], ["mine", "90"]);
  equal(desk.sent, [["mine", 0]]);
  desk.type("91", "csat.next_target");
  await desk.tab.pass(1000);
  equal(desk.sent[1], ["91", 3]);
});

test("a late look at the server does not take back what was saved since", async () => {
  const desk = new Desk();
  await desk.tab.pass(2500);
  desk.type("abc");
  desk.input().blur();
  await desk.saves[0].answer(200, { version: 1, shown: "abc" });
  await desk.tab.requests[0].answer(200, { state: "draft", fields: fields(["", 0]) });
  equal(desk.input().value, "abc");
});

test("a look at one sheet says nothing of another", async () => {
  const desk = new Desk();
  desk.show({ fields: { "csat.cause": { value: "of September", version: 0, month: "2026-09" } } });
  await follow(desk, { fields: fields(["of October", 9]) });
  equal(desk.input().value, "of September");
  await desk.tab.pass(2500);
  desk.show({ sheet: { ...KEY, id: "1004" }, fields: fields(["of 1004", 0]) });
  await desk.tab.requests.at(-1).answer(200, { state: "agreed", fields: fields(["of 1003", 9]) });
  equal([desk.input().value, desk.told], ["of 1004", []]);
});

test("a sheet that another window agreed runs the page anew", async () => {
  const desk = new Desk();
  await follow(desk, { fields: {} });
  equal(desk.told, []);
  await follow(desk, { fields: {}, state: "agreed" });
  equal(desk.told, [["state", "agreed"]]);
});

test("a sheet that is off the page looks no more", async () => {
  const desk = new Desk();
  desk.root.remove();
  await desk.tab.pass(9000);
  equal(desk.tab.requests, []);
});

test("what was typed into a field that is gone is listed until it is dropped", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.input().blur();
  desk.show({ html: "<p>Agreed</p>", state: "agreed" });
  await desk.saves[0].answer(422, { message: "Agreed." });
  const list = desk.root.querySelector(".kpi-left");
  equal(list.textContent, "Not saved:abcDiscard");
  desk.click("Discard");
  await desk.tab.pass(9000);
  equal([list.textContent, desk.drafts, desk.sent.length], ["", [], 1]);
});

test("nothing is drawn anew under the fingers", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.show({ html: HTML + "<p>More</p>" });
  equal(desk.root.querySelector("p"), null);
  desk.input().blur();
  await desk.tab.pass(0);
  equal([desk.root.querySelector("p").textContent, desk.input().value], ["More", "abc"]);
});

test("what waited to be drawn is not drawn over another sheet", async () => {
  const desk = new Desk();
  desk.type("abc");
  desk.show({ html: HTML + "<p>More</p>" });
  desk.show({ html: HTML, sheet: { ...KEY, id: "1004" } });
  await desk.tab.pass(0);
  equal(desk.root.querySelector("p"), null);
});

test("what is drawn anew keeps the focus", () => {
  const choice = '<select data-field="csat.cause"></select>';
  const desk = new Desk({ html: choice });
  desk.input().focus();
  desk.show({ html: choice + "<p>More</p>" });
  equal([desk.root.querySelector("p").textContent, document.activeElement === desk.input()], ["More", true]);
});
