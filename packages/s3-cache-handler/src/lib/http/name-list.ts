/** Whether a name is one of a list, in which `utm_*` stands for all that begin so. */
export const isListed = (name: string, list: readonly string[]): boolean =>
  list.some((listed) => (listed.endsWith('*') ? name.startsWith(listed.slice(0, -1)) : name === listed))
