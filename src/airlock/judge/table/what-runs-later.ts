// The one table: everything outside git that runs or is obeyed by itself.
import { homeRows } from './home-rows.ts';
import { projectRows } from './project-rows.ts';
import { shellRows } from './shell-rows.ts';
import type { TableRow } from './table-row.ts';

export const whatRunsLater: readonly TableRow[] = [...shellRows, ...homeRows, ...projectRows];
