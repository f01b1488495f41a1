/** The one event of the stage. */
export const eventId = 1;

export type Stand = {
  readonly section: string;
  readonly rows: number;
  readonly seatsPerRow: number;
  /** How many ask for it, beside others. */
  readonly popularity: number;
};

/** Tiers from the field outwards: sections, rows, seats in the rows of the first section. */
const tiers = [
  { letter: 'A', sections: 16, rows: 12, seatsPerRow: 20, popularity: 1.0 },
  { letter: 'B', sections: 22, rows: 18, seatsPerRow: 22, popularity: 0.9 },
  { letter: 'C', sections: 28, rows: 20, seatsPerRow: 26, popularity: 0.75 },
];

/** A stadium of 66 sections. Those at the middle of the long sides, the near ones above all, are wanted most. */
export const stadium: readonly Stand[] = tiers.flatMap(({ letter, sections, rows, seatsPerRow, popularity }) =>
  Array.from({ length: sections }, (_, index) => {
    // The ring begins at the middle of a long side; the other middle is half-way round.
    const turn = (index + 0.5) / sections;
    const closeness = 0.5 + 0.5 * Math.cos(4 * Math.PI * turn);
    return {
      ...{ section: `${letter}${index + 1}`, rows, seatsPerRow: seatsPerRow + (index % 3) * 2 },
      popularity: popularity * (0.25 + closeness ** 2) * rows * seatsPerRow,
    };
  }),
);

/** For the catalogue of the API server. */
export const stadiumSeats: Readonly<Record<string, number>> = Object.fromEntries(
  stadium.map(({ section, rows, seatsPerRow }) => [section, rows * seatsPerRow]),
);
