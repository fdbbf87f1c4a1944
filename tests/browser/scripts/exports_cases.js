// The menu of exports (exports.js): how far a file is, what cancels it, and what is said when it does not come.

const MENU = '<details open><summary>Export</summary><a download href="/export/goals/sheet.pdf?period=2026-10">PDF</a>'
  + '<p class="kpi-making" hidden></p></details>';
const SAYS = { making: "Being made:", cancel: "Cancel", stopped: "Stopped.", lost: "Lost." };

class Menu {
  constructor() {
    this.tab = new Tab();
    this.root = document.body.appendChild(document.createElement("div"));
    this.exports = new Exports(this.root, this.tab);
    this.exports.show({ html: MENU, words: SAYS });
  }

  get said() { return this.root.querySelector(".kpi-making").textContent; }

  choose() { this.root.querySelector("a").click(); }
}

test("a file that takes long says how far it is", async () => {
  const menu = new Menu();
  menu.choose();
  equal(menu.said, "");
  await menu.tab.pass(QUICK_MS);
  equal(menu.tab.requests[1].address.startsWith("/export/jobs/"), true);
  menu.tab.requests[1].answer(200, { done: 3, all: 9 });
  await settled();
  equal(menu.said.startsWith("Being made: PDF 3 / 9"), true);
});

test("a cancelled file is stopped on the server too", async () => {
  const menu = new Menu();
  menu.choose();
  await menu.tab.pass(QUICK_MS);
  menu.root.querySelector("[data-cancel]").click();
  await settled();
  equal(menu.said, "Stopped.");
  equal(menu.tab.requests.at(-1).options.method, "POST");
});

test("a file that does not come says so, and another can be asked for", async () => {
  const menu = new Menu();
  menu.choose();
  menu.choose();
  equal(menu.tab.requests.length, 1);
  menu.tab.requests[0].lose();
  await settled();
  equal(menu.said, "Lost.");
  menu.choose();
  equal(menu.tab.requests.length, 2);
});
