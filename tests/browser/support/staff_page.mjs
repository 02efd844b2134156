// What staff do at the counter, in the words of the page. It knows where things stand on the page and decides nothing.
import { device, open, sizes } from "./browser.mjs";

export class StaffPage {
  constructor(page) {
    this.page = page;
    this.sheet = page.getByRole("dialog");
  }

  /** A screen of its own, logged in as the owner of the demo. */
  static async at(browser, server, options = {}) {
    const context = await device(browser, { size: sizes.tablet, touch: false, ...options });
    const staff = new StaffPage(await open(context, `${server.url}/admin`));
    await staff.login(server);
    return staff;
  }

  async login(server, password = server.address.password) {
    await this.page.getByLabel("가게 아이디").fill(server.address.store);
    await this.page.getByLabel("이름", { exact: true }).fill(server.address.username);
    await this.page.getByLabel("비밀번호", { exact: true }).fill(password);
    await this.page.getByRole("button", { name: "로그인" }).click();
  }

  /** The tile of a table, by its number. */
  tile(number) {
    return this.page.locator(".tile").filter({ has: this.page.locator(".tile-number", { hasText: new RegExp(`^${number}번`) }) });
  }

  async waitForBoard() {
    await this.page.locator(".tile").first().waitFor();
    await this.waitForConnection("연결됨");
  }

  async waitForTile(number, ...texts) {
    let tile = this.tile(number);
    for (const text of texts) tile = tile.filter({ hasText: text });
    await tile.waitFor();
  }

  async waitForConnection(words) {
    await this.page.locator(".top-connection").filter({ hasText: words }).waitFor();
  }

  async openTable(number) {
    await this.tile(number).click();
    await this.sheet.waitFor();
  }

  /** One order in the open sheet of a table. */
  order(number) {
    return this.sheet.getByRole("region", { name: number, exact: true });
  }

  /** Presses one of the buttons of an order, 준비 시작, 완료 or 취소, once its guard against double touches is over. */
  async press(number, step) {
    await this.order(number).locator(".order-steps:not([data-guarded])").getByRole("button", { name: new RegExp(`^${step}\\s*: ${number}$`) }).click();
  }

  async waitForStatus(number, status) {
    await this.order(number).locator(".badge").filter({ hasText: status }).waitFor();
  }

  async closeSheet() {
    await this.sheet.getByRole("button", { name: "닫기" }).click();
    await this.sheet.waitFor({ state: "hidden" });
  }

  async goTo(tab) {
    await this.page.getByRole("navigation", { name: "화면" }).getByRole("link", { name: tab }).click();
  }

  /** A question that the page asks before it does something; gives the dialog's own button. */
  async answer(button) {
    await this.page.getByRole("alertdialog").getByRole("button", { name: button, exact: true }).click();
    await this.page.getByRole("alertdialog").waitFor({ state: "hidden" });
  }
}
