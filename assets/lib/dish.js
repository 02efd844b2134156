// @ts-check
// Which picture stands for a menu item: its photo, the drawing the owner chose, or one guessed from the Korean name;
// and the ground it lies on, which tells the category. It draws nothing itself.
import { assetUrl } from './assets.js';
import { html } from './html.js';

/** Drawing and the words that mean it; the first hit wins, so what is more exact stands before what is more general. */
const WORDS = `noodle:spicy 비빔냉면 비빔국수 쫄면|noodle:deul 막국수|noodle:cold 냉면|noodle:kong 콩국수|noodle:clam 칼국수|noodle:udon 우동|noodle:warm 국수 라면 짬뽕|
bibim:stone 돌솥|bibim:brass 비빔밥|side:onigiri 주먹밥 김밥|rice:pork 제육|rice:beef 덮밥|rice:shrimp 새우볶음밥|rice:kim 볶음밥|stew:bone 국밥|rice:plain 밥|
stew:egg 계란찜 달걀찜|stew:soon 순두부|stew:doen 된장 청국장|stew:budae 부대|stew:yuk 육개장|stew:bone 해장국 감자탕|stew:clear 갈비탕 곰탕 설렁탕 삼계탕 미역국|stew:red 찌개 전골 탕|
jeon:pa 파전|jeon:kim 김치전|jeon:nok 녹두 빈대떡|fried:sweet 강정 양념|fried:fry 튀김 까스 치킨|plate:tteok 떡갈비|grill:belly 삼겹|grill:neck 목살 항정|grill:chick 닭갈비|grill:galbi 갈비|
grill:beef 등심 안심 차돌 한우|grill:mush 버섯|grill:neck 구이|side:mandu 만두|plate:bossam 보쌈 수육 족발|side:ssam 쌈|plate:yuk 육회|plate:tofu 두부|plate:gol 골뱅이 무침|plate:egg 말이|plate:muk 묵|
drink:soju 소주 청하 와인|drink:beer 맥주 하이볼|drink:mak 막걸리 동동주|drink:cola 콜라 커피|drink:cider 사이다 생수|drink:sik 식혜 수정과|drink:mae 매실|drink:orange 주스 에이드|jeon:pa 전|stew:red 국|noodle:warm 면|drink:mae 차`
  .split('|').map((line) => line.trim().split(' '));

/** Kind and variant of the drawing for a Korean name, e.g. "stew:red". @param {string} name */
export function guessDrawing(name) {
  const hit = WORDS.find(([, ...words]) => words.some((word) => name.includes(word)));
  return hit ? hit[0] : 'plate:tteok';
}

/**
 * The picture of a dish alone, to be seen from above; null for what stands upright.
 * @param {{ name: string, drawing?: string | null, image?: import('./wire_types.js').MenuImage | null }} item
 */
export function plateOf(item) {
  if (item.image) return { source: item.image.medium, photo: true };
  const drawing = item.drawing || guessDrawing(item.name);
  return drawing.startsWith('drink:') ? null : { source: drawingUrl(drawing), photo: false };
}

/** @param {string} drawing */
const drawingUrl = (drawing) => assetUrl(`dishes/${drawing.replace(':', '-')}.svg`);

/** A small number from a text, the same on every device. @param {string} text */
function hash(text) {
  let value = 7;
  for (const letter of text) value = (value * 31 + (letter.codePointAt(0) || 0)) % 65521;
  return value;
}

/** Number of grounds that styles/dish.css knows; categories take them in turn. */
const GROUNDS = 7;

/**
 * The picture in its box. `place` is the category's place in the menu (from 0), `size` names the box in dish.css.
 * @param {{ name: string, drawing?: string | null, image?: import('./wire_types.js').MenuImage | null }} item
 * @param {number} place
 * @param {'card' | 'sheet' | 'line'} size
 */
export function dishPicture(item, place, size) {
  const ground = place % GROUNDS;
  if (item.image) {
    const source = size === 'line' ? item.image.small : size === 'card' ? item.image.medium : item.image.large;
    return html`<span class="dish" data-size="${size}" data-ground="${ground}"><img class="dish-photo" src="${source}" width="400" height="300" alt="" loading="lazy" decoding="async"></span>`;
  }
  const drawing = item.drawing || guessDrawing(item.name);
  const look = hash(item.name + drawing);
  const drink = drawing.startsWith('drink:');
  const cloth = drink ? 'counter' : String(look % 4);
  const sticks = !drink && look % 5 < 2;
  return html`<span class="dish" data-size="${size}" data-ground="${ground}" data-cloth="${cloth}" ${sticks && html`data-sticks`}><img class="dish-drawing" src="${drawingUrl(drawing)}" width="400" height="300" alt="" loading="lazy" decoding="async"></span>`;
}
