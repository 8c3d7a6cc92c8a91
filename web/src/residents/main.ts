// Starts the page for residents: an entry of its own, without sign-in and without any part of the members' screens.
import { mount } from 'svelte';
import '../theme/parts.css';
import '../theme/tokens.css';
import '../theme/base.css';
import './residents.css';
import { i18n } from '../i18n/index.svelte';
import { theme } from '../stores/theme.svelte';
import Page from './Page.svelte';

const asked = new URLSearchParams(location.search).get('language');
if (asked === 'nl' || asked === 'en') i18n.language = asked;
document.documentElement.lang = i18n.language;
theme.start();
await i18n.only('residents');
const target = document.getElementById('app');
if (!target) throw new Error('residents.html has no #app');
mount(Page, { target });
