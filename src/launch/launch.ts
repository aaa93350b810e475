import * as module from 'node:module';
import { codeFolder } from './code-folder.js';
import { requireKept } from './kept-code.js';

/**
 * The entry of bin/: runs a command with the code V8 has compiled of it before. A start then skips the compiling, which is
 * a fifth of it. Node.js keeps such code itself since 22.8; Node.js 20 has only ours. Where none can be kept nothing is
 * lost but the time.
 */
export function launch(command: string): void {
  const folder = codeFolder();
  const program = `./${command}.cjs`;
  if (folder === undefined) require(program);
  else if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') {
    module.enableCompileCache(folder);
    require(program);
  } else requireKept(folder, program);
}
