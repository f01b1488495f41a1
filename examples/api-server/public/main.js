import { Board, leftText, legendItems, seatsText } from './board.js';
import { Feed } from './feed.js';
import { Panels, showTable } from './panels.js';
import { Sections } from './sections.js';

/** The event that is shown: ?event=42. */
const eventId = new URLSearchParams(location.search).get('event') ?? '1';
const connectionTexts = { connecting: 'connecting', live: 'live', reconnecting: 'connection lost, trying again' };
const element = (id) => document.getElementById(id);

const sections = new Sections();
const panels = new Panels();
const board = new Board(element('board'), point);
let isDrawn = false;
let isList = false;

element('event').textContent = `event ${eventId}`;
element('legend').append(...legendItems());

new Feed(`/events/${encodeURIComponent(eventId)}/stream`, {
  onSnapshot: (rows) => {
    const isOther = sections.reset(rows);
    if (isOther || !isDrawn) draw();
    else for (const section of sections.all) board.show(section);
    refresh();
  },
  onUpdate: (rows) => {
    const { changed, sold, isOther } = sections.update(rows, performance.now());
    if (isOther) draw();
    for (const section of changed) board.show(section);
    for (const section of sold) board.flash(section);
    refresh();
  },
  onState: (state) => {
    element('connection').dataset.state = state;
    element('connection').textContent = connectionTexts[state];
  },
}).open();

setInterval(() => {
  panels.note(sections.rate.at(performance.now()));
  refresh();
}, 1_000);

function draw() {
  isDrawn = true;
  board.draw(sections.ordered);
}

function refresh() {
  const nowMs = performance.now();
  panels.show(sections, nowMs);
  if (isList) showTable(sections, nowMs);
}

/** Shows what is known of the section under the pointer. */
function point(name, { clientX, clientY }) {
  const tip = element('tip');
  const section = name === undefined ? undefined : sections.get(name);
  tip.hidden = section === undefined;
  if (section === undefined) return;
  const rate = section.rate.at(performance.now()).toFixed(1);
  tip.textContent = `${section.name}\n${leftText(section)} of ${seatsText(section)} seats\n${rate} seats/s`;
  tip.style.left = `${Math.min(clientX + 16, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
}

for (const which of ['map', 'list'])
  element(`show-${which}`).addEventListener('click', () => {
    isList = which === 'list';
    for (const one of ['map', 'list']) {
      element(one).hidden = one !== which;
      element(`show-${one}`).setAttribute('aria-pressed', String(one === which));
    }
    refresh();
  });

/** The theme is the system's until somebody chooses one. */
function wear(theme) {
  document.documentElement.dataset.theme = theme;
  element('theme').textContent = theme === 'dark' ? 'Light' : 'Dark';
}
const stored = localStorage.getItem('theme');
wear(stored ?? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark'));
element('theme').addEventListener('click', () => {
  const theme = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  localStorage.setItem('theme', theme);
  wear(theme);
});
