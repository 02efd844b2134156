// The first day: an empty program, the one-time setup link, the first dish and table, the first tablet, the first order.
import assert from "node:assert/strict";
import test from "node:test";
import { assertAccessible } from "./support/axe.mjs";
import { assertNoFaults, device, networkTrouble, open } from "./support/browser.mjs";
import { GuestPage } from "./support/guest_page.mjs";
import { journey, steps } from "./support/journey.mjs";
import { EmptyServer } from "./support/server.mjs";
import { StaffPage } from "./support/staff_page.mjs";

const world = journey(() => EmptyServer.start());

test("from the setup link to the first order", async (t) => {
  const { browser, server } = world;
  const step = steps(t);
  const link = new URL((await server.setupLink()).url);
  const setup_url = server.url + link.pathname + link.hash;
  const page = await open(await device(browser, { touch: false }), setup_url);
  const staff = new StaffPage(page);

  await step("the link asks for shop and owner", async () => {
    await assertAccessible(page, "setup, shop");
    await page.getByLabel("가게 이름").fill("첫날 식당");
    await page.getByLabel("가게 아이디").fill("first-day");
    await page.getByRole("button", { name: "다음: 주인 계정" }).click();
    await page.getByLabel("이름", { exact: true }).fill("owner");
    await page.getByLabel("비밀번호", { exact: true }).fill("short");
    await page.getByRole("button", { name: "가게 만들기" }).click();
    await page.getByText("8자에서 128자까지").waitFor();
    await assertAccessible(page, "setup, owner");
    await page.getByLabel("비밀번호", { exact: true }).fill("long enough");
    await page.getByRole("button", { name: "가게 만들기" }).click();
    await page.waitForURL(/\/admin/);
    await page.getByText("첫날 식당").first().waitFor();
  });

  await step("the link works once", async () => {
    const again = await open(await device(browser), setup_url);
    await again.getByLabel("가게 이름").fill("다른 식당");
    await again.getByLabel("가게 아이디").fill("other");
    await again.getByRole("button", { name: "다음: 주인 계정" }).click();
    await again.getByLabel("이름", { exact: true }).fill("owner");
    await again.getByLabel("비밀번호", { exact: true }).fill("long enough");
    await again.getByRole("button", { name: "가게 만들기" }).click();
    await again.getByText("이 설정 주소는 더 쓸 수 없어요").waitFor();
    assertNoFaults(again, networkTrouble);
  });

  await step("the owner writes a table, a category and a dish", async () => {
    await staff.goTo("설정");
    await page.getByRole("button", { name: "테이블 추가" }).first().click();
    await page.getByLabel("번호", { exact: true }).fill("1");
    await page.getByLabel("태블릿 비밀번호").fill("table-one");
    await page.getByRole("button", { name: "저장" }).click();
    await page.getByText("1번 추가함").waitFor();

    await staff.goTo("메뉴");
    await page.getByRole("button", { name: "분류 추가" }).first().click();
    await page.getByLabel("이름", { exact: true }).fill("국수");
    await page.getByRole("button", { name: "저장" }).click();
    await page.getByRole("button", { name: "음식 추가" }).first().click();
    await page.getByLabel("이름", { exact: true }).fill("잔치국수");
    await page.getByLabel("가격").fill("7500");
    await page.getByRole("button", { name: "저장" }).click();
    await page.getByText("잔치국수 저장함").waitFor();
  });

  await step("the first tablet orders it, the board shows it", async () => {
    const guest = new GuestPage(await open(await device(browser), server.url));
    await guest.page.getByRole("button", { name: "비밀번호로 연결" }).click();
    await guest.page.getByLabel("가게 주소 이름").fill("first-day");
    await guest.page.getByLabel("테이블 번호").fill("1");
    await guest.page.getByLabel("테이블 비밀번호").fill("table-one");
    await guest.page.getByRole("button", { name: "이 테이블로 시작" }).click();
    await guest.waitForMenu();
    await guest.add("잔치국수");
    assert.equal(await guest.order(), "T1-001");
    await staff.goTo("테이블");
    await staff.waitForTile(1, "잔치국수", "7,500원");
    assertNoFaults(guest.page);
  });

  await step("it stops within its time and with exit code 0", async () => {
    assert.equal(await server.terminate(), 0);
  });
  assertNoFaults(page, networkTrouble);
});
