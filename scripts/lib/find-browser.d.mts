export declare const INSTALL_COMMAND: string

/** For a browser that runs as root in a container and may reach nothing but this machine. */
export declare const BROWSER_FLAGS: string[]

/** `CHROME_PATH`, then chromium or google-chrome on `PATH`, then Playwright's own. */
export declare function findBrowser(options?: { env?: NodeJS.ProcessEnv; playwrightPath?: string }): string | undefined

/** Finds a browser, or installs Debian's where that is allowed; throws with the command to run where it is not. */
export declare function findOrInstallBrowser(): string
