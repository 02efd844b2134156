// A restaurant with a long menu: the demo's dishes and as many more as it takes, each with the things a dish can have.

/** Adds dishes until the store has `count`. @param server a running DemoServer */
export async function growMenu(server, count) {
  const token = await server.staffToken();
  const { categories } = await server.api("GET", "/api/menus", { token: await server.tableToken(1) });
  let number = categories.reduce((sum, category) => sum + category.items.length, 0);
  while (number < count) {
    const category = categories[number % categories.length];
    const body = {
      category_id: category.id, name: `제철 요리 ${number}`, names: { en: `Dish of the season ${number}` }, price: 5_000 + (number % 40) * 500,
      description: "그날 들어온 재료로 만드는 요리예요.", descriptions: { en: "Made of what came in today." }, origin: "국내산", allergens: ["egg", "wheat"],
      badges: number % 3 ? [] : ["popular"],
    };
    await server.api("POST", "/api/admin/menus", { token, key: `dish-${number}`, body });
    number += 1;
  }
}
