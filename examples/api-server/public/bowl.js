/** The picture's size, its middle, and how far a stadium's stands reach. */
const width = 1000;
const height = 700;
const [middleX, middleY] = [width / 2, height / 2];
const outer = { a: 490, b: 340 };
const inner = { a: 205, b: 118 };
/** Between rings, and between the sections of a ring. */
const gap = 11;
/** Exponent of the superellipse: 2 is an ellipse, more is squarer. */
const squareness = 2.7;
const samples = 720;
/** Points on each long side of a section. */
const steps = 8;

/** Most sections that are drawn as a stadium. */
export const mostInBowl = 240;

/** Points of a superellipse, at even distances along it, from the top, clockwise: `at(0..1)`. */
function curve({ a, b }) {
  const points = Array.from({ length: samples + 1 }, (_, index) => {
    const angle = (index / samples) * 2 * Math.PI - Math.PI / 2;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const bend = (value) => Math.sign(value) * Math.abs(value) ** (2 / squareness);
    return [middleX + a * bend(cos), middleY + b * bend(sin)];
  });
  const lengths = [0];
  for (let index = 1; index <= samples; index += 1)
    lengths.push(
      lengths[index - 1] + Math.hypot(points[index][0] - points[index - 1][0], points[index][1] - points[index - 1][1]),
    );
  const total = lengths[samples];
  const at = (share) => {
    const length = (((share % 1) + 1) % 1) * total;
    let index = Math.min(samples - 1, Math.floor((length / total) * samples));
    while (index > 0 && lengths[index] > length) index -= 1;
    while (index < samples - 1 && lengths[index + 1] < length) index += 1;
    const part = (length - lengths[index]) / (lengths[index + 1] - lengths[index] || 1);
    return [0, 1].map((axis) => points[index][axis] + part * (points[index + 1][axis] - points[index][axis]));
  };
  return { total, at };
}

const between = (share) => ({ a: inner.a + share * (outer.a - inner.a), b: inner.b + share * (outer.b - inner.b) });

/** Sections of one tier have the same letters before their number, or the same hundreds. */
const tierOf = (name) => {
  const [, letters, digits] = /^(\D*)(\d*)/.exec(name);
  return `${letters}${digits === '' ? '' : Math.floor(Number(digits) / 100)}`;
};

/** Divides sections into rings, from the field outwards: by the tiers that their names tell, or by the rings' lengths. */
function rings(sections) {
  const tiers = new Map();
  for (const section of sections)
    tiers.set(tierOf(section.name), [...(tiers.get(tierOf(section.name)) ?? []), section]);
  const sizes = [...tiers.values()].map(({ length }) => length);
  if (sizes.length >= 2 && sizes.length <= 6 && Math.min(...sizes) >= 6 && Math.max(...sizes) <= 60)
    return [...tiers.values()];
  const count = [8, 26, 64, 130].filter((most) => sections.length > most).length + 1;
  const weights = Array.from({ length: count }, (_, ring) => curve(between((ring + 0.5) / count)).total);
  const sum = weights.reduce((a, b) => a + b);
  let done = 0;
  let share = 0;
  return weights.map((weight) => {
    share += weight / sum;
    const end = Math.round(share * sections.length);
    const ring = sections.slice(done, end);
    done = end;
    return ring;
  });
}

/**
 * Places sections around a field as the stands of a stadium. Each gets an SVG path, the place of its label, and how wide it is there.
 */
export function placeInBowl(sections) {
  const all = rings(sections).filter(({ length }) => length > 0);
  return all.flatMap((ring, index) => {
    const depth = (outer.b - inner.b) / all.length;
    const near = curve(between((index * depth + gap / 2) / (outer.b - inner.b)));
    const middle = curve(between(((index + 0.5) * depth) / (outer.b - inner.b)));
    const far = curve(between(((index + 1) * depth - gap / 2) / (outer.b - inner.b)));
    return ring.map((section, position) => {
      const place = (line, side) => (position + side) / ring.length + ((side === 0 ? 1 : -1) * gap) / 2 / line.total;
      const along = (line) =>
        Array.from({ length: steps + 1 }, (_, step) => {
          const [from, to] = [place(line, 0), place(line, 1)];
          return line.at(from + (step / steps) * (to - from));
        });
      const outline = [...along(near), ...along(far).reverse()];
      const [x, y] = middle.at((position + 0.5) / ring.length);
      return {
        section,
        path: `M${outline.map((point) => point.map((value) => value.toFixed(1)).join(' ')).join('L')}Z`,
        ...{ x, y, width: middle.total / ring.length },
      };
    });
  });
}

export const bowlSize = { width, height };
export const field = { x: middleX - 130, y: middleY - 70, width: 260, height: 140, middleX, middleY };
