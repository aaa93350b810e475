import { printable } from '../text/printable.js';
import type { Show } from './inspector.js';

/** `--with-filename`: every line with the name of its input in front, as grep -H has it. */
export function withFilename(show: Show): Show {
  let isLineStart = true;
  return (shown, sink) => {
    const prefix = `${printable(shown.source)}: `;
    const begin = () => {
      if (isLineStart) sink.write(prefix);
      isLineStart = false;
    };
    return show(shown, {
      write: (text) => {
        if (text === '') return;
        begin();
        sink.write(text);
        isLineStart = text.endsWith('\n');
      },
      index: () => {
        begin();
        sink.index();
      },
      separate: () => sink.separate(),
      passOver: (source, reason) => sink.passOver(source, reason),
    });
  };
}
