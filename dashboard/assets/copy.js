// A text and the button that copies it. Where the browser keeps its clipboard shut (an address that is neither
// secure nor of this computer), the text is selected and copied the old way.

class Copy {
  constructor(root, browser = window) {
    this.root = root;
    this.browser = browser;
    root.addEventListener("click", (event) => event.target.closest("button") && this.copy());
  }

  show(data) {
    if (this.data?.html !== data.html) this.root.innerHTML = data.html; // escaped where it was built, in Python
    this.data = data;
  }

  async copy() {
    const place = this.root.querySelector("[role=status]");
    place.textContent = (await this.taken()) ? this.data.copied : this.data.failed;
  }

  async taken() {
    const text = this.root.querySelector("pre");
    try {
      await this.browser.navigator.clipboard.writeText(text.textContent);
      return true;
    } catch {
      this.browser.getSelection().selectAllChildren(text);
      return this.browser.document.execCommand("copy");
    }
  }
}

const texts = new WeakMap();

export default function ({ data, parentElement }) {
  let text = texts.get(parentElement);
  if (!text) texts.set(parentElement, (text = new Copy(parentElement)));
  text.show(data);
}
