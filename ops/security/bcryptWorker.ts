// A thread: bcrypt takes a third of a second of calculation.
import { compareSync } from 'bcryptjs'
import { answerTasks } from './answerTasks.ts'

answerTasks(({ password, hash }: { readonly password: string; readonly hash: string }) => compareSync(password, hash))
