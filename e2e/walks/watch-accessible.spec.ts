// The screens of web monitoring, looked at.
import { lookAt } from './looks';
import { WATCH_SCREENS } from './watch-screens';

lookAt('web monitoring', WATCH_SCREENS);
