import assert from 'node:assert/strict';

type Named = { readonly name: string };
type Placed = {
  readonly section: Named;
  readonly path: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
};
/** The page's module, which is plain JavaScript, without types. */
type Bowl = {
  readonly bowlSize: { readonly width: number; readonly height: number };
  readonly mostInBowl: number;
  placeInBowl(sections: readonly Named[]): Placed[];
};

const named = (names: readonly string[]) => names.map((name) => ({ name }));
const numbered = (count: number, letter = 'S') => Array.from({ length: count }, (_, at) => `${letter}${at + 1}`);
const points = (path: string): number[][] =>
  path
    .slice(1, -1)
    .split('L')
    .map((point) => point.split(' ').map(Number));

describe('the stadium of the live page', () => {
  let bowl: Bowl;
  before(async () => {
    bowl = (await import(new URL('../../examples/api-server/public/bowl.js', import.meta.url).href)) as Bowl;
  });

  /** How far from the middle a label is, as a share of the picture. */
  const distance = ({ x, y }: Placed): number =>
    Math.max(Math.abs(x / bowl.bowlSize.width - 0.5), Math.abs(y / bowl.bowlSize.height - 0.5));

  it('places every section within the picture, once, whatever their number', () => {
    for (const count of [1, 2, 7, 8, 9, 27, 66, 131, bowl.mostInBowl]) {
      const placed = bowl.placeInBowl(named(numbered(count)));
      assert.equal(new Set(placed.map(({ section }) => section.name)).size, count);
      for (const { path } of placed)
        for (const [x = Number.NaN, y = Number.NaN] of points(path)) {
          assert.ok(x >= 0 && x <= bowl.bowlSize.width && y >= 0 && y <= bowl.bowlSize.height, `${x} ${y} of ${count}`);
        }
    }
  });

  it('makes a ring of each tier that the names tell, the first one nearest to the field', () => {
    const placed = bowl.placeInBowl(named([...numbered(10, 'A'), ...numbered(14, 'B')]));
    const farthestOf = (letter: string) =>
      placed.filter(({ section }) => section.name.startsWith(letter)).map(distance);
    assert.ok(Math.max(...farthestOf('A')) < Math.max(...farthestOf('B')));
    const widths = placed.map(({ width }) => Math.round(width));
    assert.equal(new Set(widths.slice(0, 10)).size, 1);
    assert.equal(new Set(widths.slice(10)).size, 1);
  });

  it('leaves a gap between neighbours', () => {
    const [first, second] = bowl.placeInBowl(named(numbered(2)));
    const [a, b] = [points(first?.path ?? ''), points(second?.path ?? '')];
    const distances = a.flatMap(([x = 0, y = 0]) => b.map(([u = 0, v = 0]) => Math.hypot(x - u, y - v)));
    assert.ok(Math.min(...distances) > 5);
  });
});
