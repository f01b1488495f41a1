import { bowlSize, field, mostInBowl, placeInBowl } from './bowl.js';
import { levelOf, levels } from './sections.js';

/** From so many tiles on they are small, without text. */
const mostNamedTiles = 1_200;
/** A section is at least so wide where its label, or both its lines, are written. */
const labelWidth = 34;
const svgSpace = 'http://www.w3.org/2000/svg';

export const number = (value) => Math.round(value).toLocaleString('en-US');
export const seatsText = ({ seats, isExact }) => `${isExact ? '' : '≥ '}${number(seats)}`;
export const leftText = ({ left }) => (left <= 0 ? 'sold out' : number(left));
const labelOf = (section) =>
  `${section.name}: ${leftText(section)}${section.left > 0 ? ' left' : ''}, of ${seatsText(section)} seats`;

function svg(name, attributes, ...children) {
  const element = document.createElementNS(svgSpace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** The sections as a stadium, or as tiles where they are too many for one. */
export class Board {
  #root;
  /** Name to the element, and to what of it shows the count. */
  #shown = new Map();
  /** Thousands of tiles don't move: to animate them would take all of a browser's time. */
  #isStill = false;
  #onPoint;

  /** @param onPoint told the name of the section under the pointer, or undefined, and the event */
  constructor(root, onPoint) {
    this.#root = root;
    this.#onPoint = onPoint;
  }

  /** Draws other sections than before. */
  draw(sections) {
    this.#shown.clear();
    this.#isStill = sections.length > mostNamedTiles;
    this.#root.replaceChildren(sections.length > mostInBowl ? this.#tiles(sections) : this.#stadium(sections));
    for (const section of sections) this.show(section);
  }

  /** Shows a section's count and colour. */
  show(section) {
    const shown = this.#shown.get(section.name);
    if (shown === undefined) return;
    const level = String(levelOf(section));
    if (shown.element.dataset.level !== level) shown.element.dataset.level = level;
    if (shown.count !== undefined) shown.count.textContent = leftText(section);
    shown.element.setAttribute('aria-label', labelOf(section));
  }

  /** Lets a section light up for a moment. */
  flash({ name }) {
    if (this.#isStill) return;
    const element = this.#shown.get(name)?.element;
    if (element === undefined || element.classList.contains('sold')) return;
    element.classList.add('sold');
    element.addEventListener('animationend', () => element.classList.remove('sold'), { once: true });
  }

  #stadium(sections) {
    const { x, y, width, height, middleX, middleY } = field;
    const hatch = svg(
      'pattern',
      { id: 'hatch', width: 9, height: 9, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      svg('rect', { width: 9, height: 9, class: 'hatch-ground' }),
      svg('rect', { width: 2.5, height: 9, class: 'hatch-line' }),
    );
    return svg(
      'svg',
      { viewBox: `0 0 ${bowlSize.width} ${bowlSize.height}`, role: 'list' },
      svg('defs', {}, hatch),
      svg('rect', { class: 'field', x, y, width, height, rx: 12 }),
      svg('path', { class: 'field-line', d: `M${middleX} ${y}V${y + height}` }),
      svg('circle', { class: 'field-line', cx: middleX, cy: middleY, r: 26 }),
      ...placeInBowl(sections).map((placed) => this.#stand(placed)),
    );
  }

  #stand({ section, path, x, y, width }) {
    const name = svg('text', { class: 'name', x, y: y - 8 }, section.name);
    const count = svg('text', { class: 'count', x, y: y + 9 });
    const labels = width >= labelWidth ? [name, count] : [];
    const element = svg('g', { class: 'section', role: 'listitem' }, svg('path', { d: path }), ...labels);
    return this.#add(section, element, count);
  }

  #tiles(sections) {
    const grid = document.createElement('div');
    const isSmall = this.#isStill;
    grid.className = isSmall ? 'tiles small' : 'tiles';
    grid.style.setProperty('--tile', isSmall ? '14px' : '74px');
    grid.setAttribute('role', 'list');
    grid.append(
      ...sections.map((section) => {
        const element = document.createElement('div');
        element.className = 'tile';
        element.setAttribute('role', 'listitem');
        const name = document.createElement('b');
        name.textContent = section.name;
        const count = document.createElement('span');
        if (!isSmall) element.append(name, count);
        return this.#add(section, element, count);
      }),
    );
    return grid;
  }

  #add(section, element, count) {
    this.#shown.set(section.name, { element, count });
    element.dataset.section = section.name;
    element.addEventListener('pointermove', (event) => this.#onPoint(section.name, event));
    element.addEventListener('pointerleave', (event) => this.#onPoint(undefined, event));
    return element;
  }
}

/** The steps of the colours, in words. */
export const legendItems = () =>
  levels.map(({ level, label }) => {
    const item = document.createElement('li');
    item.append(dot(level), label);
    return item;
  });

export function dot(level) {
  const element = document.createElement('span');
  element.className = 'dot';
  element.dataset.level = String(level);
  return element;
}
