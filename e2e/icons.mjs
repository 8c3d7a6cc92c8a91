// Draws the icons of the installed application from web/public/icon.svg: `node icons.mjs`, after changing the drawing.
import { chromium } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
const svg = readFileSync(new URL('../web/public/icon.svg', import.meta.url), 'utf8');
const b = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, size, mask] of [['icon-192', 192, false], ['icon-512', 512, false], ['icon-maskable-512', 512, true]]) {
  const p = await b.newPage({ viewport: { width: size, height: size } });
  const inner = mask ? `<div style="background:#0b5cad;width:100%;height:100%;display:grid;place-items:center"><div style="width:72%;height:72%">${svg}</div></div>` : svg;
  await p.setContent(`<style>*{margin:0}html,body{height:100%;background:transparent}svg{width:100%;height:100%;display:block}</style>${inner}`);
  await p.screenshot({ path: fileURLToPath(new URL(`../web/public/${name}.png`, import.meta.url)), omitBackground: !mask });
}
await b.close();
