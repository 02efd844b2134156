// What a guest does at the table, in the words of the page. It knows where things stand on the page and decides nothing.
import { device, open } from "./browser.mjs";

export class GuestPage {
  /** @param page an open guest page */
  constructor(page) {
    this.page = page;
    this.cart = page.getByRole("complementary");
    this.sheet = page.getByRole("dialog");
  }

  /** A tablet of its own, logged in to a table. */
  static async at(browser, server, table_number, options) {
    const context = await device(browser, options);
    const guest = new GuestPage(await open(context, server.url));
    await guest.login(server, table_number);
    return guest;
  }

  /** By the table's password; a page where that was tried before shows its form already. */
  async login(server, table_number, password = server.tablePassword(table_number)) {
    const [door, store] = [this.page.getByRole("button", { name: "비밀번호로 연결" }), this.page.getByLabel("가게 주소 이름")];
    await door.or(store).first().waitFor();
    if (await door.isVisible()) await door.click();
    await store.fill(server.address.store);
    await this.page.getByLabel("테이블 번호").fill(String(table_number));
    await this.page.getByLabel("테이블 비밀번호").fill(password);
    await this.page.getByRole("button", { name: "이 테이블로 시작" }).click();
  }

  card(name) {
    return this.page.locator(".card").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  /** The menu stands and can be used; where a visit begins, its start screen is left first. */
  async waitForMenu() {
    const start = this.page.locator('[data-act="start-order"]');
    await start.or(this.page.locator(".card")).filter({ visible: true }).first().waitFor();
    if (await start.isVisible()) await start.click();
    await this.page.locator(".card").first().waitFor();
  }

  /** One tap on ＋ of a dish that needs no choice. */
  async add(name) {
    await this.card(name).getByRole("button", { name: `${name} 담기` }).click();
  }

  /** Opens a dish, chooses and puts it into the cart. */
  async addWith(name, options) {
    await this.card(name).getByRole("button", { name: `${name} 고르고 담기` }).click();
    for (const option of options) await this.choice(option).click();
    await this.sheet.getByRole("button", { name: /원 담기$/ }).click();
    await this.sheet.waitFor({ state: "hidden" });
  }

  /** The mark of an option in the open sheet of a dish. */
  choice(option) {
    const line = this.sheet.locator(".choice").filter({ has: this.page.getByText(option, { exact: true }) });
    return line.getByRole("radio").or(line.getByRole("checkbox"));
  }

  /** From the cart to the number of the order. */
  async order() {
    await this.cart.getByRole("button", { name: "주문하기" }).click();
    await this.sheet.getByRole("button", { name: "주문 보내기" }).click();
    return this.slipNumber();
  }

  /** The number on the slip. It is touched in the same moment, since it would leave by itself while a slow machine looks. */
  async slipNumber() {
    return this.page.locator(".slip-number").evaluate((number) => {
      number.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      return number.textContent;
    });
  }

  async backToMenu() {
    await this.page.getByRole("button", { name: "메뉴로 가기" }).click();
    await this.page.locator(".slip").waitFor({ state: "hidden" });
  }

  async openHistory() {
    await this.waitForMenu();
    await this.page.getByRole("button", { name: /^주문내역/ }).click();
    await this.sheet.waitFor();
  }

  /** Two taps to another language. @param {string} code  as in the catalogues */
  async speak(code) {
    await this.page.locator('[data-act="display"]:visible').click();
    await this.page.locator(`[data-act="set-language"][data-lang="${code}"]:visible`).click();
    await this.page.locator(`html[lang="${code}"]`).waitFor();
    await this.page.keyboard.press("Escape");
    await this.sheet.waitFor({ state: "hidden" });
  }

  /** The block of one order in the open history. */
  historyOrder(number) {
    return this.sheet.locator(".order").filter({ hasText: number });
  }

  async waitForStatus(number, status) {
    await this.historyOrder(number).locator(".badge").filter({ hasText: status }).waitFor();
  }

  async closeSheet() {
    await this.sheet.getByRole("button", { name: "닫기" }).click();
    await this.sheet.waitFor({ state: "hidden" });
  }
}
