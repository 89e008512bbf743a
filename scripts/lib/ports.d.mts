/** A port that was free a moment ago, for servers that cannot be asked to listen on port 0. */
export declare function freePort(): Promise<number>

/** Rejects, naming the port, when something else listens on it. */
export declare function assertPortFree(port: number): Promise<void>
