// @ts-check
// Divides what a table has ordered among people, in whole won: evenly, or by what each of them had, with the rest shared
// evenly. Pure; the shares always come to exactly the total.

/** Fewest and most people a bill is divided among. */
export const PEOPLE_MIN = 2;
export const PEOPLE_MAX = 20;

/**
 * What was had of one dish with its options: `price` is that of one, in won.
 * @typedef {{ key: string, name: { text: string, lang: string }, options: string, quantity: number, price: number }} Eaten
 * How many of each dish each person takes upon themselves.
 * @typedef {Array<Record<string, number>>} Picks
 */

/** Equal shares; what cannot be divided is paid by the first. @param {number} total @param {number} people  at least 1 @returns {number[]} */
export function equalShares(total, people) {
  const each = Math.floor(total / people);
  return Array.from({ length: people }, (_, index) => (index === 0 ? total - each * (people - 1) : each));
}

/** How many of a dish nobody but `person` has picked: the most that `person` can have. @param {Eaten} dish @param {Picks} picks @param {number} person */
export function pickMax(dish, picks, person) {
  const others = picks.reduce((sum, own, index) => sum + (index === person ? 0 : own[dish.key] || 0), 0);
  return Math.max(0, dish.quantity - others);
}

/**
 * Shares by what each has picked, at most what there is; what nobody picked is shared evenly by all.
 * @param {Eaten[]} dishes @param {number} total  what the table owes, also for orders that are not listed @param {number} people @param {Picks} picks
 * @returns {{ shares: number[], shared: number }} `shared`: what all divide evenly
 */
export function sharesByPick(dishes, total, people, picks) {
  const own = Array(people).fill(0);
  for (const dish of dishes) {
    let left = dish.quantity;
    for (let person = 0; person < people; person += 1) {
      const taken = Math.min(left, (picks[person] && picks[person][dish.key]) || 0);
      own[person] += taken * dish.price;
      left -= taken;
    }
  }
  const shared = total - own.reduce((sum, one) => sum + one, 0);
  const even = equalShares(shared, people);
  return { shares: own.map((one, person) => one + even[person]), shared };
}
