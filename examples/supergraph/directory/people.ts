/** The people in the directory: synthetic persons with the identifiers of the embedded Redox's charts. */

export interface PersonIdentifier {
  readonly value: string;
  readonly idType: string;
}

export interface Person {
  /** Alias of the destination to which these identifiers belong: elsewhere the same number belongs to another person. */
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

/**
 * The ordinary patients of the charts. The patients with unusual charts are left out, since a directory never knows all patients.
 */
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
