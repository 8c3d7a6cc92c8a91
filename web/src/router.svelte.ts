// Addresses and screens: which screen an address shows, and going from one to the next without a reload.

export type Screen =
  | 'picture' | 'item' | 'wall' | 'compose' | 'drafts' | 'search' | 'access' | 'members' | 'sign-in' | 'invitation' | 'gallery'
  | 'gather' | 'admin' | 'account' | 'me' | 'watch' | 'sense' | 'measures' | 'absent';

export interface Route {
  screen: Screen;
  params: Record<string, string>;
  query: URLSearchParams;
}

const TABLE: [RegExp, Screen, string[]][] = [
  [/^\/$/, 'picture', []],
  [/^\/item\/([^/]+)$/, 'item', ['id']],
  [/^\/wall$/, 'wall', []],
  [/^\/compose$/, 'compose', []],
  [/^\/gather$/, 'gather', []],
  [/^\/drafts$/, 'drafts', []],
  [/^\/search$/, 'search', []],
  [/^\/access$/, 'access', []],
  [/^\/members$/, 'members', []],
  [/^\/me$/, 'me', []],
  [/^\/admin$/, 'admin', []],
  [/^\/admin\/([^/]+)$/, 'admin', ['section']],
  [/^\/account$/, 'account', []],
  [/^\/account\/([^/]+)$/, 'account', ['section']],
  [/^\/watch(?:\/([^/]+))?(?:\/([^/]+))?$/, 'watch', ['section', 'id']],
  [/^\/sense(?:\/([^/]+))?(?:\/([^/]+))?$/, 'sense', ['section', 'id']],
  [/^\/measures(?:\/([^/]+))?(?:\/([^/]+))?$/, 'measures', ['section', 'id']],
  [/^\/sign-in$/, 'sign-in', []],
  [/^\/invitation\/([^/]+)$/, 'invitation', ['secret']],
  [/^\/gallery$/, 'gallery', []],
];

/** The route of an address. */
export function parse(path: string, search = ''): Route {
  const query = new URLSearchParams(search);
  for (const [pattern, screen, names] of TABLE) {
    const match = pattern.exec(path);
    if (!match) continue;
    const params: Record<string, string> = {};
    names.forEach((name, index) => (params[name] = safeDecode(match[index + 1] ?? '')));
    return { screen, params, query };
  }
  return { screen: 'absent', params: {}, query };
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

class Router {
  route = $state.raw<Route>(parse(location.pathname, location.search));

  /** Shows an address of this application. */
  go(address: string, replace = false): void {
    if (replace) history.replaceState(null, '', address);
    else if (address !== location.pathname + location.search) history.pushState(null, '', address);
    this.read();
  }

  read = (): void => {
    this.route = parse(location.pathname, location.search);
  };

  /** Makes links inside the application cheap; to be called once. */
  start(): void {
    addEventListener('popstate', this.read);
    document.addEventListener('click', (event) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
      const link = (event.target as Element | null)?.closest?.('a');
      if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
      if (link.pathname.startsWith('/api/') || (link.hash && link.pathname === location.pathname)) return;
      event.preventDefault();
      this.go(link.pathname + link.search);
    });
  }
}

export const router = new Router();
