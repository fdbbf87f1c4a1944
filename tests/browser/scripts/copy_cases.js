// The text that is copied (copy.js): to the clipboard, or the old way where the browser keeps that shut.

class Text {
  constructor(clipboard, old = true) {
    this.taken = [];
    this.selected = null;
    this.root = document.body.appendChild(document.createElement("div"));
    const write = async (text) => { this.taken.push(text); };
    new Copy(this.root, {
      navigator: clipboard ? { clipboard: { writeText: write } } : {},
      getSelection: () => ({ selectAllChildren: (place) => { this.selected = place.textContent; } }),
      document: { execCommand: () => old },
    }).show({ html: "<button>Copy</button><span role=status></span><pre>one\ntwo</pre>", copied: "Copied.", failed: "Failed." });
  }

  async click() {
    this.root.querySelector("button").click();
    await settled();
    return this.root.querySelector("[role=status]").textContent;
  }
}

test("a click copies the lines as they stand", async () => {
  const text = new Text(true);
  equal(await text.click(), "Copied.");
  equal(text.taken, ["one\ntwo"]);
});

test("without a clipboard the lines are selected and copied the old way", async () => {
  const text = new Text(false);
  equal(await text.click(), "Copied.");
  equal(text.selected, "one\ntwo");
});

test("what could not be copied is said", async () => {
  equal(await new Text(false, false).click(), "Failed.");
});
