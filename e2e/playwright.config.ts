// Walks through a running node, as users would do them, in the system's Chromium.
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'walks',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  // Maps are drawn in software here: several at once on two cores take their time.
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [['list']],
  use: {
    // A control that is not there is told at once, not when the whole walk's time is up.
    actionTimeout: 30_000,
    // Keeping every step takes a fifth of the time: ask for it where a walk is looked into.
    trace: process.env['BELFRY_TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      // The map needs WebGL: drawn in software where there is no graphics card. The rest of the page is not: by way of an
      // emulated card it takes two to three times as long.
      args: ['--no-sandbox', '--enable-unsafe-swiftshader', '--disable-gpu-rasterization'],
    },
  },
});
