// What a screen reader says without being asked: a new question, an answer that was taken, a connection that is lost.
import { byId } from './element.ts';

export function announce(sentence: string): void {
  const region = byId('announcer');
  // Emptied first: the same sentence twice is said twice.
  region.textContent = '';
  setTimeout(() => {
    region.textContent = sentence;
  }, 50);
}
