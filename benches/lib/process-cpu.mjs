import { readFileSync } from 'node:fs'

/** Linux counts in hundredths of a second: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const TICK_MS = 10
/** Places of user and system time behind the name, which may have spaces in it. */
const [USER, SYSTEM] = [11, 12]

/**
 * How much CPU another process has used, by all its threads, in ms.
 * @param {number} pid
 */
export function cpuMsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ')
  return (Number(fields[USER]) + Number(fields[SYSTEM])) * TICK_MS
}
