// @ts-check
// The screen that waits for guests: the laid table, the shop's name, one large button, and the languages under their own
// names.
import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { languageBody } from './display_view.js';
import { laidTable } from './start_table.js';

/** @param {import('./page_state.js').PageState} state @param {string} time */
export function startPage(state, time) {
  return html`<div class="start" data-key="start"><div class="start-scene" aria-hidden="true">${laidTable(state, state.turn)}</div>
    <div class="start-words"><p class="start-shop">${state.store && html`<span lang="ko">${state.store.name}</span>`}<span class="start-clock">${time}</span></p>
      <h1 class="start-title">${t('guest.start.title')}</h1>
      <button type="button" class="button start-go" data-kind="main" data-act="start-order"><span>${t('guest.start.go')}</span>${icon('chev', 44, 3)}</button></div>
    <div class="start-foot">${languageBody(state)}</div></div>`;
}
