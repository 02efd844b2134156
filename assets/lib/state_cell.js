// @ts-check
// Holds the state of a page: a pure reducer, its current value and those who want to hear of changes.
// It never touches the page or the network.

/**
 * @template S, A
 * @param {(state: S, action: A) => S} reduce
 * @param {S} initial
 */
export function holdState(reduce, initial) {
  let state = initial;
  /** @type {Array<(state: S, before: S) => void>} */
  const listeners = [];
  return {
    get state() {
      return state;
    },
    /** Applies one action; listeners hear of it only if the state is another object. @param {A} action */
    dispatch(action) {
      const before = state;
      state = reduce(state, action);
      if (state !== before) for (const listener of listeners) listener(state, before);
    },
    /** @param {(state: S, before: S) => void} listener */
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
