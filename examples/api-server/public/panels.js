import { dot, leftText, number, seatsText } from './board.js';
import { levelOf } from './sections.js';

const mostListed = 5;
const sparkSeconds = 60;
const spark = { width: 240, height: 48 };

const element = (id) => document.getElementById(id);
const rateText = (perSecond) => (perSecond >= 9.95 ? number(perSecond) : perSecond.toFixed(1));

/** The numbers beside the picture. */
export class Panels {
  #rates = [];

  /** Shows the sums, and who sells fastest and has fewest seats left. */
  show(sections, nowMs) {
    const all = sections.all;
    const left = all.reduce((sum, section) => sum + section.left, 0);
    const seats = all.reduce((sum, section) => sum + section.seats, 0);
    const soldOut = all.filter((section) => section.left <= 0).length;
    const isExact = all.every((section) => section.isExact);
    element('left').textContent = number(left);
    element('of').textContent = `of ${seatsText({ seats, isExact })}; ${soldOut} of ${all.length} sold out`;
    element('meter').style.width = `${seats > 0 ? (100 * left) / seats : 0}%`;
    element('rate').textContent = rateText(sections.rate.at(nowMs));

    const rated = all.map((section) => ({ section, rate: section.rate.at(nowMs) }));
    const fastest = rated.filter(({ rate }) => rate >= 0.05).sort((a, b) => b.rate - a.rate);
    list(element('fastest'), fastest, ({ section, rate }) => [section, `${rateText(rate)}/s`]);
    const last = all.filter((section) => section.left > 0).sort((a, b) => a.left - b.left);
    list(element('last'), last, (section) => [section, leftText(section)]);
  }

  /** Takes the rate of this second into the curve. */
  note(perSecond) {
    this.#rates = [...this.#rates, perSecond].slice(-sparkSeconds);
    const most = Math.max(1, ...this.#rates);
    const points = this.#rates.map((rate, index) => {
      const x = spark.width - ((this.#rates.length - 1 - index) * spark.width) / (sparkSeconds - 1);
      return `${x.toFixed(1)} ${(spark.height - 3 - (rate / most) * (spark.height - 6)).toFixed(1)}`;
    });
    const firstX = points[0].split(' ')[0];
    element('spark-line').setAttribute('d', `M${points.join('L')}`);
    element('spark-area').setAttribute(
      'd',
      `M${firstX} ${spark.height}L${points.join('L')}L${spark.width} ${spark.height}Z`,
    );
  }
}

function list(root, items, partsOf) {
  root.replaceChildren(
    ...items.slice(0, mostListed).map((item) => {
      const [section, value] = partsOf(item);
      const line = document.createElement('li');
      line.append(dot(levelOf(section)), ...[section.name, value].map(span));
      return line;
    }),
  );
}

function span(text) {
  const one = document.createElement('span');
  one.textContent = text;
  return one;
}

/** The sections as a table. */
export function showTable(sections, nowMs) {
  element('rows').replaceChildren(
    ...sections.ordered.map((section) => {
      const row = document.createElement('tr');
      const cells = [section.name, leftText(section), seatsText(section), rateText(section.rate.at(nowMs))];
      for (const text of cells) row.insertCell().textContent = text;
      return row;
    }),
  );
}
