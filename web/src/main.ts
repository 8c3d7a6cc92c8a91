// Starts the screens.
import { mount } from 'svelte';
import './theme/parts.css';
import './theme/tokens.css';
import './theme/base.css';
import App from './App.svelte';
import { i18n } from './i18n/index.svelte';
import { router } from './router.svelte';
import { keepShell } from './shell';
import { theme } from './stores/theme.svelte';

document.documentElement.lang = i18n.language;
theme.start();
router.start();
keepShell();
await i18n.load();
const target = document.getElementById('app');
if (!target) throw new Error('index.html has no #app');
mount(App, { target });
