/**
 * How many cases a property tries: 300 in `npm test`, enough to find what an ordinary mistake breaks and quick enough to
 * run at every change; 10,000 in `npm run test:fuzz`, whose suite sets PROPERTY_CASES.
 */
export const CASES = Number(process.env['PROPERTY_CASES'] ?? 300);

/**
 * For a property whose every case costs as much as several ordinary ones, such as one that goes through a real server.
 * @param costing how many ordinary cases one of these is worth
 */
export function fewerCases(costing: number): number {
  return Math.ceil(CASES / costing);
}
