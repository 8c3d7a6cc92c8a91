// The screens of the office, looked at.
import { lookAt } from './looks';
import { OFFICE_SCREENS } from './office-screens';

lookAt('the office', OFFICE_SCREENS);
