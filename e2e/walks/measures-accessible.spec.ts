// The screens of measures, looked at.
import { test } from '../fixtures';
import { lookAt } from './looks';
import { COORDINATOR, MEASURES_SCREENS, option } from './measures-screens';

test.use({ world: 'measures' });

lookAt('measures', MEASURES_SCREENS, async ({ arrive }) => {
  const { page } = await arrive(COORDINATOR);
  await option(page, 'The least');
  await option(page, 'Without bollards', { must_not: ['bollards-rising'] });
  return async () => {};
});
