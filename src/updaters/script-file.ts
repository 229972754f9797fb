import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * Writes the script to a file in a directory of its own, which only we may read: a script may hold secrets, and this is
 * also why it never goes on a command line.
 */
export async function writeScriptFile(script: string, tempDirectory: string): Promise<string> {
  const directory = await mkdtemp(join(tempDirectory, 'elb-rollout-'))
  const file = join(directory, 'command.sh')
  try {
    await writeFile(file, script, { mode: 0o600, flag: 'wx' })
    return file
  } catch (error) {
    await removeScriptFile(file)
    throw error
  }
}

/** Never rejects: what a command has done counts for more than a file that the end of the job removes anyway. */
export async function removeScriptFile(file: string): Promise<void> {
  await rm(dirname(file), { recursive: true, force: true }).catch(() => {})
}
