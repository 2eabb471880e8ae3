// A thread: a hash takes a twentieth of a second of calculation, one of bcrypt's a third.
import { argon2Sync } from 'node:crypto'
import { setPriority } from 'node:os'
import { compareSync } from 'bcryptjs'
import { answerTasks } from './answerTasks.ts'
import type { HashAnswer, HashTask } from './passwords.ts'

/** A third of what a thread at 0 gets where both want the same core: what else a machine does comes first, and logins get on however busy it is. */
const NICENESS = 5

// Linux takes 0 as the thread that asks; elsewhere it would be the whole process.
if (process.platform === 'linux') {
  try {
    setPriority(0, NICENESS)
  } catch {
    // Where it is not allowed the number of threads is all that holds them.
  }
}

answerTasks((task: HashTask): HashAnswer => {
  if (task.kind === 'bcrypt') return { kind: 'bcrypt', isRight: compareSync(task.password, task.hash) }
  const { message, salt, memory, passes, parallelism, bytes } = task
  return { kind: 'argon2', hash: argon2Sync('argon2id', { message, nonce: salt, memory, passes, parallelism, tagLength: bytes }) }
})
