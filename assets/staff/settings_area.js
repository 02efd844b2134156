// @ts-check
// The settings tab of this first form: the shop's tables and their stickers, the sound of this screen, and who is logged in with language,
// contrast and keys. Sections that do not work yet are not shown.

import { html } from '../lib/html.js';
import { icon } from '../lib/assets.js';
import { t } from '../lib/i18n.js';
import { languagePart } from './language_part.js';
import { createTableEditor, tableList } from './table_editor.js';

/** @typedef {import('./staff_app.js').StaffApp} StaffApp */

/** @type {Array<{ name: 'tables' | 'stickers' | 'sound' | 'person', icon: string }>} */
const SECTIONS = [{ name: 'tables', icon: 'grid' }, { name: 'stickers', icon: 'qr' }, { name: 'sound', icon: 'sound' }, { name: 'person', icon: 'user' }];
const KEYS = ['/', 'n', '?', 'Esc'];

/** @param {StaffApp} app @param {{ sound: () => 'on' | 'off' | 'locked', signOut: () => Promise<void>, stickers: ReturnType<typeof import('./stickers.js').createStickers> }} page */
export function createSettings(app, page) {
  const editor = createTableEditor(app);
  const section = () => (SECTIONS.find(({ name }) => name === app.state.open) || SECTIONS[0]).name;
  /** @type {Record<string, () => import('../lib/html.js').Markup>} */
  const sections = { stickers: page.stickers.view, sound: () => soundView(app, page.sound()), person: () => personView(app) };

  async function mayLeave() {
    if (!editor.form.is_changed) return true;
    const sure = await app.askDiscard();
    if (sure) editor.form.take(null);
    return sure;
  }

  /** @param {string | null} open */
  async function goTo(open) {
    if (!(await mayLeave())) return;
    if (open === null) app.close();
    else app.go('settings', open);
    if (open !== null) requestAnimationFrame(() => /** @type {HTMLElement | null} */ (document.querySelector('.settings-editor, .settings-section'))?.focus());
  }

  return {
    mayLeave,

    view() {
      const { open } = app.state;
      page.stickers.follow(section() === 'stickers');
      editor.follow(section() !== 'tables' || open === null ? null : open === 'new' ? 'new' : Number(open));
      return html`
        <div class="bar" data-key="bar" data-open="${String(editor.form.draft !== null)}"><h1>${t('staff.tab.settings')}</h1>
          ${section() === 'tables' && html`<div class="bar-actions"><button type="button" class="button" data-kind="main" data-act="settings.add">${icon('plus', 22, 3)}${t('staff.tables.add')}</button></div>`}</div>
        <div class="panes settings-panes" data-key="panes" data-section="${section()}" data-open="${String(editor.form.draft !== null || section() !== 'tables')}" data-empty="${String(!app.state.snapshot || !(app.state.snapshot.tables || []).length)}">
          <nav class="pane menu-categories" data-key="sections" aria-label="${t('staff.tab.settings')}"><ul>${SECTIONS.map((one) => html`<li data-key="${one.name}"><button type="button" class="category" data-act="settings.section" data-section="${one.name}" ${section() === one.name && html`aria-current="true"`}>${icon(one.icon, 22)}<span>${t(`staff.settings.${one.name}`)}</span></button></li>`)}</ul></nav>
          ${section() === 'tables' ? html`
            <section class="pane table-list" data-key="tables" aria-label="${t('staff.settings.tables')}">${tableList(app)}</section>
            <section class="pane settings-editor" data-key="editor" tabindex="-1" aria-label="${t('staff.tables.editor')}">${editor.view()}</section>`
          : html`<section class="pane settings-section" data-key="${section()}" tabindex="-1" aria-label="${t(`staff.settings.${section()}`)}"><div class="settings-words" ${section() === 'stickers' && html`data-wide`}>${sections[section()]()}</div></section>`}
        </div>`;
    },

    actions: {
      ...editor.actions,
      section: (/** @type {HTMLElement} */ element) => goTo(element.dataset.section === 'tables' ? null : element.dataset.section || null),
      add: () => goTo('new'),
      edit: (/** @type {HTMLElement} */ element) => goTo(element.dataset.id || null),
      leave: () => goTo(null),
      volume: (/** @type {HTMLElement} */ element) => app.keep({ volume: Number(/** @type {HTMLInputElement} */ (element).value) / 100 }),
      signOut: () => page.signOut(),
    },
  };
}

/** A switch with its name and what it does. @param {string} key @param {string} name @param {string} words @param {boolean} on @param {string} act */
function switchLine(key, name, words, on, act) {
  return html`
    <div class="settings-line" data-key="${key}"><p><strong>${name}</strong><span class="soft">${words}</span></p>
      <button type="button" class="switch" role="switch" aria-checked="${String(on)}" data-act="${act}" aria-label="${name}"><span class="switch-word">${t(on ? 'staff.switch.on' : 'staff.switch.off')}</span><span class="switch-track"></span></button></div>`;
}

/** @param {StaffApp} app @param {'on' | 'off' | 'locked'} sound */
function soundView(app, sound) {
  const percent = Math.round(app.preferences.volume * 100);
  return html`
    <h2>${t('staff.settings.sound')}</h2>
    ${switchLine('switch', t('staff.sound.alarm'), t(`staff.sound.state.${sound}`), sound === 'on', 'page.soundSwitch')}
    <div class="field" data-key="volume"><label for="sound-volume">${t('staff.sound.volume', { percent })}</label><input class="slider" id="sound-volume" type="range" min="10" max="100" step="10" value="${percent}" data-input="settings.volume"></div>
    <div class="settings-buttons" data-key="tests"><button type="button" class="button" data-kind="plain" data-act="page.testSound" data-cue="order">${icon('receipt', 22)}${t('staff.sound.test.order')}</button><button type="button" class="button" data-kind="plain" data-act="page.testSound" data-cue="call">${icon('bell', 22)}${t('staff.sound.test.call')}</button><button type="button" class="button" data-kind="plain" data-act="page.testSound" data-cue="identity">${icon('id', 22)}${t('staff.sound.test.identity')}</button></div>
    <p class="soft" data-key="words">${t('staff.sound.words')}</p>`;
}

/** @param {StaffApp} app */
function personView(app) {
  const { user, store } = app.state;
  return html`
    <h2>${user ? user.username : ''}</h2>
    <p class="soft">${user ? t(`staff.role.${user.role}`) : ''} · ${store ? `${store.name} (${store.slug})` : ''}</p>
    <button type="button" class="button" data-kind="plain" data-act="settings.signOut" ${app.busy.has('sign-out') && html`aria-busy="true"`}>${t('staff.sign_out')}</button>
    <h2 data-key="language">${t('staff.language')}</h2>
    <div data-key="language-switch">${languagePart()}</div>
    <h2 data-key="screen">${t('staff.screen')}</h2>
    ${switchLine('contrast', t('staff.contrast'), t('staff.contrast.words'), app.preferences.contrast, 'page.contrast')}
    <h2 data-key="keys">${t('staff.keys')}</h2>
    <dl class="keys" data-key="key-list">${KEYS.map((key) => html`<div><dt><kbd>${key}</kbd></dt><dd>${t(`staff.key.${key}`)}</dd></div>`)}</dl>`;
}
