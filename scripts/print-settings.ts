/**
 * `npm run settings:print`, after any change of a setting: writes `docs/settings.md` and `.env.example`, both made of the tables
 * in `src/config`. A test fails when one of them is not what it would write.
 */
import { writeFileSync } from 'node:fs';
import { describeSettingsAsEnv, describeSettingsAsPage } from '../src/config/config.ts';

const FILES = { 'docs/settings.md': describeSettingsAsPage(), '.env.example': describeSettingsAsEnv() };

for (const [path, text] of Object.entries(FILES)) writeFileSync(new URL(`../${path}`, import.meta.url), text);
