import { describe, expect, it } from 'vitest';
import { parseRequirements } from '../../../src/core/report/require.ts';

describe('parseRequirements', () => {
  it('reads every need', () => {
    expect(parseRequirements('entries=80%,named=99.5%,phases=launch+update-check,claims=C12+C13')).toEqual({
      requirements: { entries: 0.8, named: 0.995, phases: ['launch', 'update-check'], claims: ['C12', 'C13'] },
      mistakes: [],
    });
  });

  it.each([
    ['entries=80', '--require entries wants a percentage from 0% to 100%, not "80"', '--require entries=80%'],
    ['entries=101%', 'wants a percentage', 'entries=80%'],
    ['named=-5%', 'wants a percentage', 'named=80%'],
    ['named', 'wants a percentage', 'named=80%'],
    ['phases=', '--require phases names nothing', 'phases=launch+update-check'],
    ['claims', '--require claims names nothing', 'claims=C12+C13'],
    ['entris=80%', '--require does not know "entris"', 'did you mean entries?'],
    ['', '--require does not know ""', 'entries, named, phases, claims'],
  ])('refuses %j and says what to write', (text, message, help) => {
    const [mistake] = parseRequirements(text).mistakes;
    expect(mistake?.message).toContain(message);
    expect(mistake?.help).toContain(help);
  });

  it('gives every mistake, not the first', () => {
    expect(parseRequirements('entries=x,named=y,what').mistakes).toHaveLength(3);
  });
});
