// @ts-check
// What every form of the staff page does with its draft: opens what the address names, knows whether something was typed,
// keeps what is wrong with it. It knows no field and sends nothing.

/** @typedef {import('./staff_app.js').StaffApp} StaffApp */

/**
 * @template {{ id: number | null }} T
 * @param {StaffApp} app @param {string} pane  selector of the part in which the form stands
 */
export function holdDraft(app, pane) {
  let before = '';
  return {
    /** @type {T | null} null: no form is open */
    draft: null,
    /** @type {Record<string, string>} field → sentence */
    errors: {},
    /** Another for each draft, so that its form is drawn anew with what stands in the draft. */
    serial: 0,

    get is_changed() {
      return this.draft !== null && JSON.stringify(this.draft) !== before;
    },

    /** @param {T | null} next */
    take(next) {
      this.draft = next;
      before = JSON.stringify(next);
      this.errors = {};
      this.serial += 1;
    },

    /** @param {Partial<T>} change */
    change(change) {
      if (this.draft) this.draft = { ...this.draft, ...change };
      app.draw();
    },

    /** Opens what the address names, unless it is open already. @param {number | 'new' | null} wanted @param {(id: number | null) => T | null} draftOf */
    follow(wanted, draftOf) {
      const id = wanted === 'new' ? null : wanted;
      if (wanted === null && !this.draft) return;
      if (wanted !== null && this.draft && this.draft.id === id) return;
      this.take(wanted === null ? null : draftOf(id));
    },

    /** Shows what is wrong; the summary on top takes the focus. @param {Record<string, string>} errors */
    complain(errors) {
      this.errors = errors;
      app.draw();
      requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector(`${pane} .form-summary`))?.focus());
    },
  };
}
