import type { RetentionNote } from './notes.ts';

/** A note as a sentence for people, without its full stop. */
export function sayNote(note: RetentionNote): string {
  switch (note.note) {
    case 'unclear-tags':
      return `${some(note.count, 'tag names', 'tags name')} no environment, such as ${note.examples.join(', ')}: they are kept as those of images.environmentWhenUnclear`;
    case 'rule-without-images':
      return `no image falls under ${note.rule}: has the convention for tags changed?`;
    case 'nothing-ages-out':
      return `nothing ages out: all ${note.count} images past every retention are kept, most of them for '${note.mostly}'`;
    case 'push-time-unknown':
      return `of ${some(note.count, 'image')} ECR does not say when they were pushed, such as ${note.examples.join(', ')}: they are kept`;
    case 'unread-indexes':
      return `${some(note.count, 'archived index', 'archived indexes')} cannot be read, such as ${note.examples.join(', ')}: what may be a part of them is kept`;
    default:
      return note satisfies never;
  }
}

function some(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
