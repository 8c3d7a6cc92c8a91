// The screens of Eye and Ear, looked at.
import { test } from '../fixtures';
import { lookAt } from './looks';
import { bulletin, observed, postToken, SENSE_SCREENS } from './sense-screens';

test.use({ world: 'sensors' });

lookAt('Eye and Ear', SENSE_SCREENS, async ({ arrive }) => {
  const administrator = await arrive('Administrator Police');
  const token = await postToken(administrator.page);
  return () => bulletin(administrator.page.request, token, [observed('0192f5a0-0000-7000-8000-0000000000aa')]);
});
