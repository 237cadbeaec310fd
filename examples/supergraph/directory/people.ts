/** Who is in the directory: synthetic people under the identifiers that the embedded Redox's charts use. */

export interface PersonIdentifier {
  readonly value: string;
  readonly idType: string;
}

export interface Person {
  /** Alias of the destination whose identifiers these are: elsewhere the same number is another person's. */
  readonly destination: string;
  readonly identifiers: readonly PersonIdentifier[];
  readonly name: string;
  /** An ISO 8601 date. */
  readonly birthDate: string;
}

const FIRST: Person = {
  destination: 'general',
  identifiers: [
    { value: 'SYN-000417', idType: 'MR' },
    { value: 'e-55031', idType: 'EHRID' },
  ],
  name: 'Synthetic Patient 417',
  birthDate: '1979-04-17',
};

/** The chart's ordinary patients; those with odd charts are left out, since a directory never knows everybody. */
const ORDINARY = 22;

export const PEOPLE: readonly Person[] = [
  FIRST,
  ...Array.from({ length: ORDINARY }, (_, at): Person => {
    const serial = String(at + 1).padStart(3, '0');
    return {
      destination: 'general',
      identifiers: [
        { value: `SYN-001${serial}`, idType: 'MR' },
        { value: `e-61${serial}`, idType: 'EHRID' },
      ],
      name: `Synthetic Patient 1${serial}`,
      birthDate: `${1940 + at}-01-01`,
    };
  }),
];
