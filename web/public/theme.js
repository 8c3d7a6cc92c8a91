// Sets the chosen theme and language before the first paint, so that a dark control room never flashes white.
(function () {
  try {
    var root = document.documentElement;
    var theme = localStorage.getItem('belfry.theme');
    var language = localStorage.getItem('belfry.language');
    if (theme === 'light' || theme === 'dark' || theme === 'contrast') root.dataset.theme = theme;
    if (language === 'en' || language === 'nl') root.lang = language;
  } catch (_) {
    // A browser that keeps nothing shows the defaults.
  }
})();
