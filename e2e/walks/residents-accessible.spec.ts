// The page for residents, looked at.
import { lookAt } from './looks';
import { RESIDENT_SCREENS } from './residents-screens';

lookAt('the page for residents', RESIDENT_SCREENS);
