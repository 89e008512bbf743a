/** The command line of the pnpm that this run was started with, else of the one that `package.json` names. */
export declare function pnpmCommand(): [string, ...string[]]
