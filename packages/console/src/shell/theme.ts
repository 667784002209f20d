import { useEffect, useState } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'portcullis-theme';
const DARK = '(prefers-color-scheme: dark)';

function remembered(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((name) => name === kept) ?? 'system';
  } catch {
    return 'system';
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing for this page: the choice holds until it is closed.
  }
}

function show(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && matchMedia(DARK).matches);
  document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
}

/** Before the page is drawn, so that it does not flash. */
export function showRememberedTheme(): void {
  show(remembered());
}

/** The theme that was chosen: light, dark, or as the system has it. */
export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(remembered);
  useEffect(() => {
    show(theme);
    const media = matchMedia(DARK);
    const follow = () => show(theme);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, [theme]);
  return [
    theme,
    (chosen) => {
      remember(chosen);
      setTheme(chosen);
    },
  ];
}
