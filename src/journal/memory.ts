import type { Journal } from '../domain/ports.ts'

/** Remembers nothing beyond this process: what a rollout writes has no reader yet. */
export function memoryJournal(): Journal {
  return {
    claim: async () => {},
    confirm: async () => {},
    recordOut: async () => {},
    recordIn: async () => {},
    close: async () => {},
  }
}
