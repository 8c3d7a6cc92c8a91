// For tests: both languages, before anything is asked of them.
import en from './en.json';
import { i18n } from './index.svelte';
import nl from './nl.json';

i18n.put('en', en);
i18n.put('nl', nl);
