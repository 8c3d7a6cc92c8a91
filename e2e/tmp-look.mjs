import { chromium } from '@playwright/test';
const base='http://127.0.0.1:8490';
const browser=await chromium.launch({executablePath:'/usr/bin/chromium',args:['--no-sandbox','--enable-unsafe-swiftshader','--disable-gpu-rasterization']});
for (const [name,theme,lang,phone] of [['wide','light','en-GB',false],['dark','dark','nl-NL',false],['phone','light','nl-NL',true]]) {
  const ctx=await browser.newContext({baseURL:base,colorScheme:theme,locale:lang,viewport:phone?{width:360,height:740}:{width:1440,height:900},isMobile:phone,hasTouch:phone});
  const page=await ctx.newPage();
  page.on('console',m=>{if(m.type()==='error')console.log(name,m.text())});
  const known=await (await page.request.get('/api/v1/demo/members')).json();
  const id=known.items.find(o=>o.name.includes('Sensor operator Police')).id;
  await page.request.post('/api/v1/demo/session',{data:{member:id},headers:{Origin:base}});
  await page.goto('/sense'); 
  await page.locator('[data-observation]').last().click({timeout:60000});
  await page.waitForTimeout(9000);
  await page.screenshot({path:`/tmp/look-${name}.png`});
  if(!phone){await page.goto('/sense/sensors');await page.waitForTimeout(3000);await page.screenshot({path:`/tmp/look-sensors-${name}.png`});}
  await ctx.close();
}
await browser.close();
