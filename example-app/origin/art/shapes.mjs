/** The paper's inks. Every cover is printed with these and no others. */
export const ink = {
  night: '#0a1b2b',
  deep: '#0f3350',
  sea: '#17597f',
  shoal: '#5fa3b8',
  fog: '#e6eeee',
  haze: '#c3d5d8',
  lamp: '#ffc933',
  dusk: '#f08a3c',
  buoy: '#dd3f2a',
  brick: '#a52a1e',
  moss: '#2f6652',
  leaf: '#6d9a52',
}

export const WIDTH = 1600
export const HEIGHT = 1000

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill @param {number} [radius] */
export const rect = (x, y, width, height, fill, radius = 0) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`

/** @param {number} x @param {number} y @param {number} radius @param {string} fill */
export const disc = (x, y, radius, fill) => `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`

/** @param {string} d @param {string} fill */
export const shape = (d, fill) => `<path d="${d}" fill="${fill}"/>`

/** @param {string} d @param {string} stroke @param {number} width @param {string} [dash] */
export const stroke = (d, stroke, width, dash = 'none') =>
  `<path d="${d}" fill="none" stroke="${stroke}" stroke-width="${width}" stroke-linecap="round" stroke-dasharray="${dash}"/>`

/** @param {number} x @param {number} y @param {number} scale @param {string} content */
export const group = (x, y, scale, content) => `<g transform="translate(${x} ${y}) scale(${scale})">${content}</g>`

/**
 * A strip of sea from `y` to the lower edge, its upper edge cut into even waves.
 *
 * @param {number} y
 * @param {string} fill
 * @param {{ length?: number, height?: number, shift?: number }} [options]
 */
export function waves(y, fill, { length = 160, height = 26, shift = 0 } = {}) {
  const start = -length + shift
  const count = Math.ceil((WIDTH - start) / length) + 1
  const crest = `q ${length / 4} ${-height} ${length / 2} 0 t ${length / 2} 0 `
  return shape(`M ${start} ${y} ${crest.repeat(count)} V ${HEIGHT} H ${start} Z`, fill)
}

/**
 * Horizontal bands of sky, top to bottom, each as tall as its share.
 *
 * @param {Array<[fill: string, height: number]>} bands
 */
export function sky(bands) {
  let y = 0
  return bands
    .map(([fill, height]) => {
      const band = rect(0, y, WIDTH, height + 1, fill)
      y += height
      return band
    })
    .join('')
}

/** @param {string} content */
export const poster = (content) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}">${content}</svg>`
