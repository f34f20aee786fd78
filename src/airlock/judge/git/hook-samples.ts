// Whether a file is one of the samples that git puts into every new repository: by name and by content.
import { bytePath } from '../../../domain/index.ts';
import { inside } from '../path.ts';
import { readText, type View } from '../view.ts';

export function isSample(view: View, name: string, text: string): boolean {
  if (!name.endsWith('.sample')) return false;
  return view.world.gitTemplates.some(
    (templates) => readText(view.before, inside(bytePath(templates), `hooks/${name}`)) === text,
  );
}
