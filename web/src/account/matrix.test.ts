// The page of rules is read whole, and the English words for its rules are those of the policies themselves.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import en from '../i18n/en.json';
import { readMatrix } from './matrix';

const page = readFileSync(join(__dirname, '../../../ref/policy-matrix.md'), 'utf8');
const matrices = readMatrix(page);
const messages = en as Record<string, unknown>;

describe('rules', () => {
  it('have a table per action, each row as wide as its head', () => {
    const actions = matrices.filter((one) => one.columns[0] === 'role').map((one) => one.title.split(':')[0]);
    expect(actions).toEqual(['create', 'see', 'amend', 'release', 'retract', 'erase', 'acknowledge', 'restrict', 'administer', 'audit', 'watch', 'operate', 'plan']);
    for (const matrix of matrices) for (const row of matrix.rows) expect(row.length, matrix.title).toBe(matrix.columns.length);
  });

  it('say in English what the policies say, and nothing is left over', () => {
    const rules = Object.fromEntries((matrices.find((one) => one.columns[0] === 'policy')?.rows ?? []).map(([id, , text]) => [`rules.policy.${id}`, text]));
    expect(Object.keys(rules).length).toBeGreaterThan(20);
    expect(Object.fromEntries(Object.entries(messages).filter(([key]) => key.startsWith('rules.policy.')))).toEqual(rules);
  });
});
