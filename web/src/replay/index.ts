// What the picture shows of the past, as one part that is loaded with the first look at it.
export { default as Band } from './PastBand.svelte';
export { default as Card } from './PastCard.svelte';
export { default as Feed } from './PastFeed.svelte';
