// Sends dropped or chosen files to /upload, one after the other, and tells the page when they are there.
// The files go straight to the server's disk; closing the tab while they travel leaves nothing behind.

class Dropzone {
  constructor(root, browser = window) {
    this.root = root;
    this.browser = browser;
    this.html = null;
    this.queue = []; // {file, sent, state, message, request}
    this.busy = false;
    root.addEventListener("change", (event) => this.chosen(event));
    root.addEventListener("click", (event) => this.clicked(event));
    for (const kind of ["dragover", "dragleave", "drop"]) root.addEventListener(kind, (event) => this.dragged(event));
  }

  show(data, trigger) {
    this.data = data;
    this.trigger = trigger;
    if (data.html === this.html) return;
    this.html = data.html;
    this.root.innerHTML = data.html;
    this.draw();
  }

  chosen(event) {
    if (event.target.type !== "file") return;
    this.take([...event.target.files]);
    event.target.value = ""; // the same file may be chosen again
  }

  dragged(event) {
    const zone = this.root.querySelector(".kpi-drop");
    if (!zone || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    zone.classList.toggle("kpi-over", event.type === "dragover");
    if (event.type === "drop") this.take([...event.dataTransfer.files]);
  }

  clicked(event) {
    const stop = event.target.closest("[data-stop]");
    if (stop) this.queue[Number(stop.dataset.stop)]?.request?.abort();
  }

  take(files) {
    if (!files.length || this.busy) return;
    const { words, limit } = this.data;
    this.queue = files.map((file) => ({ file, sent: 0, state: "waiting", message: "" }));
    let sum = 0;
    for (const one of this.queue) {
      if (sum + one.file.size > limit) [one.state, one.message] = ["refused", words.large];
      else sum += one.file.size;
    }
    this.send();
  }

  async send() {
    this.busy = true;
    const batch = [...crypto.getRandomValues(new Uint8Array(16))].map((n) => n.toString(16).padStart(2, "0")).join("");
    this.draw();
    for (const one of this.queue) {
      if (one.state === "waiting") await this.post(batch, one);
    }
    this.busy = false;
    this.draw();
    if (this.queue.some((one) => one.state === "sent")) {
      this.queue = this.queue.filter((one) => one.state !== "sent");
      this.draw();
      this.trigger("sent", batch);
    }
  }

  post(batch, one) {
    return new Promise((done) => {
      const request = (one.request = new this.browser.XMLHttpRequest());
      const query = new URLSearchParams({ name: one.file.name, lang: this.data.lang });
      const end = (state, message) => {
        Object.assign(one, { state, message, request: null });
        this.draw();
        done();
      };
      request.open("POST", `/upload/${batch}?${query}`);
      request.setRequestHeader("Content-Type", "application/octet-stream");
      request.upload.addEventListener("progress", (event) => {
        one.sent = event.loaded;
        this.draw();
      });
      request.addEventListener("load", () => (request.status === 200 ? end("sent", "") : end("refused", this.reason(request))));
      request.addEventListener("error", () => end("refused", this.data.words.lost));
      request.addEventListener("abort", () => end("refused", this.data.words.stopped));
      one.state = "sending";
      this.draw();
      request.send(one.file);
    });
  }

  reason(request) {
    try {
      return JSON.parse(request.responseText).message || this.data.words.lost;
    } catch {
      return this.data.words.lost;
    }
  }

  draw() {
    const list = this.root.querySelector(".kpi-sending");
    if (!list) return;
    list.replaceChildren(...this.queue.map((one, place) => this.line(one, place)));
  }

  line(one, place) {
    const line = document.createElement("li");
    const name = line.appendChild(document.createElement("span"));
    name.textContent = one.file.name;
    if (one.message) {
      line.className = "kpi-refused";
      line.appendChild(document.createElement("small")).textContent = one.message;
      return line;
    }
    const bar = line.appendChild(document.createElement("progress"));
    bar.max = one.file.size || 1;
    bar.value = one.state === "sent" ? bar.max : one.sent;
    bar.setAttribute("aria-label", one.file.name);
    if (one.state === "sending") {
      const stop = line.appendChild(document.createElement("button"));
      stop.type = "button";
      stop.dataset.stop = place;
      stop.textContent = this.data.words.stop;
    }
    return line;
  }
}

const zones = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  let zone = zones.get(parentElement);
  if (!zone) zones.set(parentElement, (zone = new Dropzone(parentElement)));
  zone.show(data, setTriggerValue);
}
