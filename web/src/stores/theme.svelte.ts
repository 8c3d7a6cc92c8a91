// Light, dark or high contrast: as the system has it until the reader chooses.

export type Theme = 'system' | 'light' | 'dark' | 'contrast';
export const THEMES: Theme[] = ['system', 'light', 'dark', 'contrast'];

class ThemeStore {
  choice = $state<Theme>(kept());
  /** Counts changes of colours, so that the map can follow. */
  turn = $state(0);

  start(): void {
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (this.turn += 1));
  }

  choose(theme: Theme): void {
    this.choice = theme;
    const root = document.documentElement;
    if (theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = theme;
    try {
      if (theme === 'system') localStorage.removeItem('belfry.theme');
      else localStorage.setItem('belfry.theme', theme);
    } catch {
      // Kept for this page only.
    }
    this.turn += 1;
  }
}

function kept(): Theme {
  const theme = document.documentElement.dataset['theme'];
  return theme === 'light' || theme === 'dark' || theme === 'contrast' ? theme : 'system';
}

export const theme = new ThemeStore();

/** The present value of a colour token, as `rgb(...)`: what the map library and canvases need. */
export function colour(token: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}
