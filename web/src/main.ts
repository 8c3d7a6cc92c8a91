// Starts the screens.
import { mount } from 'svelte';
import './theme/parts.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/item.css';
import App from './App.svelte';
import { i18n } from './i18n/index.svelte';
import { router } from './router.svelte';
import { keepShell } from './shell';
import { theme } from './stores/theme.svelte';

document.documentElement.lang = i18n.language;
theme.start();
router.start();
keepShell();
// The map is the largest part: it comes while the rest asks who is signed in.
if (['picture', 'item', 'wall'].includes(router.route.screen)) void import('./picture/MapCanvas.svelte').catch(() => undefined);
await i18n.start();
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
