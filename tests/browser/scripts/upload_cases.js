// How files are sent (upload.js): one after the other, how far they are, and what keeps one from being taken.

const ZONE = '<div class="kpi-drop"><input type="file" multiple></div><ul class="kpi-sending"></ul>';
const SAID = { large: "Too large", lost: "Lost", stopped: "Stopped", stop: "Cancel" };

class Request extends EventTarget {
  upload = new EventTarget();
  status = 0;

  open(method, address) { this.address = new URL(address, "http://here"); }

  setRequestHeader() {}

  send(file) { this.file = file; }

  abort() { this.dispatchEvent(new Event("abort")); }

  progress(loaded) { this.upload.dispatchEvent(new ProgressEvent("progress", { loaded })); }

  lose() { this.dispatchEvent(new Event("error")); return settled(); }

  answer(status, responseText = "{}") {
    Object.assign(this, { status, responseText }).dispatchEvent(new Event("load"));
    return settled();
  }
}

// A place to drop files, 100 bytes at most, and what it asked the server and told the page.
class Zone {
  constructor() {
    const requests = (this.requests = []);
    this.told = [];
    this.root = document.body.appendChild(document.createElement("div"));
    this.zone = new Dropzone(this.root, {
      XMLHttpRequest: class extends Request {
        constructor() { super(); requests.push(this); }
      },
    });
    this.show(ZONE);
  }

  show(html) {
    this.zone.show({ html, limit: 100, lang: "en", words: SAID }, (what, value) => this.told.push([what, value]));
  }

  files(sizes) {
    const chosen = new DataTransfer();
    for (const [name, size] of Object.entries(sizes)) chosen.items.add(new File(["x".repeat(size)], name));
    return chosen;
  }

  choose(sizes) {
    const input = this.root.querySelector("input");
    input.files = this.files(sizes).files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  get sent() { return this.requests.map((request) => request.address.searchParams.get("name")); }

  // Each file on the list: how much of it is sent, or why it is not taken.
  get list() {
    return [...this.root.querySelectorAll("li")].map((line) => {
      const bar = line.querySelector("progress");
      return [line.querySelector("span").textContent, bar ? bar.value / bar.max : line.querySelector("small").textContent];
    });
  }
}

test("files go one after the other, and the page hears of them when all are there", async () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 10, "b.csv": 20 });
  equal([zone.sent, zone.list], [["a.csv"], [["a.csv", 0], ["b.csv", 0]]]);
  await zone.requests[0].answer(200);
  equal([zone.sent, zone.list, zone.told], [["a.csv", "b.csv"], [["a.csv", 1], ["b.csv", 0]], []]);
  await zone.requests[1].answer(200);
  const [first, second] = zone.requests.map((request) => request.address.pathname);
  equal(first, second);
  equal([zone.told, zone.list], [[["sent", first.replace("/upload/", "")]], []]);
  equal(/^[/]upload[/][0-9a-f]{32}$/.test(first), true);
});

test("dropped files are taken like chosen ones", () => {
  const zone = new Zone();
  const drop = (type) => {
    const event = new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: zone.files({ "a.csv": 10 }) });
    zone.root.querySelector(".kpi-drop").dispatchEvent(event);
    return [event.defaultPrevented, zone.root.querySelector(".kpi-over") !== null, zone.sent.length];
  };
  equal(["dragover", "dragleave", "dragover", "drop"].map(drop), [[true, true, 0], [true, false, 0], [true, true, 0], [true, false, 1]]);
});

test("what a batch would be too large with is not sent, and says so; the others go", async () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 60, "b.csv": 41, "c.csv": 40 });
  equal(zone.list, [["a.csv", 0], ["b.csv", "Too large"], ["c.csv", 0]]);
  await zone.requests[0].answer(200);
  await zone.requests[1].answer(200);
  equal([zone.sent, zone.list, zone.told.length], [["a.csv", "c.csv"], [["b.csv", "Too large"]], 1]);
});

test("how far a file is can be seen, also after the page was drawn anew", () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 50 });
  zone.requests[0].progress(20);
  equal(zone.list, [["a.csv", 0.4]]);
  const input = zone.root.querySelector("input");
  zone.show(ZONE);
  equal(zone.root.querySelector("input") === input, true);
  zone.show(`<p>Anew</p>${ZONE}`);
  equal(zone.list, [["a.csv", 0.4]]);
});

test("a file that is cancelled is not taken; the next one goes", async () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 10, "b.csv": 10 });
  zone.root.querySelector("button").click();
  await settled();
  equal([zone.sent, zone.list], [["a.csv", "b.csv"], [["a.csv", "Stopped"], ["b.csv", 0]]]);
});

test("a refused file gives the server's reason, and a broken connection its own", async () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 1, "b.csv": 1, "c.csv": 1, "d.csv": 1 });
  await zone.requests[0].answer(422, '{"message": "No room."}');
  await zone.requests[1].answer(502, "<h1>Bad gateway</h1>");
  await zone.requests[2].answer(500, "{}");
  await zone.requests[3].lose();
  equal(zone.list, [["a.csv", "No room."], ["b.csv", "Lost"], ["c.csv", "Lost"], ["d.csv", "Lost"]]);
  equal(zone.told, []);
});

test("a batch under way is not disturbed by another one", async () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 10, "b.csv": 10 });
  zone.choose({ "c.csv": 10 });
  await zone.requests[0].answer(200);
  await zone.requests[1].answer(200);
  equal([zone.sent, zone.told.length], [["a.csv", "b.csv"], 1]);
});

test("a refused file can be chosen again", async () => {
  const zone = new Zone();
  zone.choose({ "a.csv": 10 });
  equal(zone.root.querySelector("input").value, "");
  await zone.requests[0].lose();
  zone.choose({ "a.csv": 10 });
  await zone.requests[1].answer(200);
  equal([zone.sent, zone.list, zone.told.length], [["a.csv", "a.csv"], [], 1]);
  equal(new Set(zone.requests.map((request) => request.address.pathname)).size, 2);
});
