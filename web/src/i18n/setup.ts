// For the tests: the words of both languages are there before the first test runs.
import { i18n } from './index.svelte';

await i18n.need('watch');
await i18n.need('residents');
await i18n.load('nl');
await i18n.load('en');
