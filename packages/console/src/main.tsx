import './design/theme.css';
import { createRoot } from 'react-dom/client';
import { App } from './shell/app.tsx';
import { showRememberedTheme } from './shell/theme.ts';

showRememberedTheme();
const root = document.querySelector('#root');
if (root !== null) createRoot(root).render(<App />);
