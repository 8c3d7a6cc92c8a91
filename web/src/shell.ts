// Asks the browser to keep the shell of the screens (public/sw.js). Not here: any answer of the API, which is never kept.

export function keepShell(): void {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  // Without it everything works while the node can be reached.
  addEventListener('load', () => void navigator.serviceWorker.register('/sw.js').catch(() => undefined));
}
