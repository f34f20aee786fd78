// Which expressions may stand as a type annotation: names, `list[str]`, `str | None`, `(int, str)`.
import { syntaxError } from './errors.ts';
import type { Expression } from './syntax.ts';
import { ellipsis } from './values.ts';

export function checkTypeSyntax(node: Expression): void {
  switch (node.kind) {
    case 'name':
      return;
    case 'attribute':
      if (node.object.kind !== 'name') break;
      return;
    case 'tuple':
      node.items.forEach(checkTypeSyntax);
      return;
    case 'binary':
      if (node.operator !== '|') break;
      checkTypeSyntax(node.left);
      checkTypeSyntax(node.right);
      return;
    case 'index': {
      checkTypeSyntax(node.object);
      const items = node.index.kind === 'tuple' ? node.index.items : [node.index];
      for (const item of items) {
        if (item.kind !== 'literal' || item.value !== ellipsis) checkTypeSyntax(item);
      }
      return;
    }
    default:
      break;
  }
  throw syntaxError(
    'Invalid type annotation, expected a type such as `str` or `list[str]`',
    node.start,
    node.end,
  );
}
