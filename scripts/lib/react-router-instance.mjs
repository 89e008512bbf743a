import { startInstance } from './instance.mjs'

/**
 * Starts the server of a built React Router app as a child of this process.
 *
 * @param {import('./react-router-instance.d.mts').ReactRouterInstanceOptions} options
 * @returns {Promise<import('./instance.d.mts').Instance>}
 */
export const startReactRouterInstance = async (options) =>
  await startInstance({
    ...options,
    title: 'React Router',
    args: ['server.mjs'],
    readyLine: /answers on http:/,
    // React Router's own, and made from memory.
    readyPath: '/__manifest?paths=/',
  })
