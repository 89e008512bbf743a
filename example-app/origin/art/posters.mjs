import { disc, group, HEIGHT, ink, poster, rect, shape, sky, stroke, waves, WIDTH } from './shapes.mjs'

/** @param {number} count @param {(index: number) => string} draw */
const repeat = (count, draw) => Array.from({ length: count }, (_, index) => draw(index)).join('')

const ferry = [
  rect(250, -330, 96, 190, ink.lamp),
  rect(250, -330, 96, 46, ink.buoy),
  rect(110, -150, 560, 74, ink.fog, 10),
  rect(40, -84, 760, 90, ink.fog, 10),
  repeat(9, (i) => rect(150 + i * 54, -128, 32, 28, ink.lamp, 4)),
  repeat(13, (i) => rect(74 + i * 54, -58, 32, 32, ink.lamp, 4)),
  shape('M -40 0 H 940 L 850 150 H 60 Z', ink.buoy),
  shape('M -40 0 H 940 L 916 40 H -16 Z', ink.night),
  stroke('M 760 -84 V -270', ink.fog, 8),
].join('')

const nightFerry = poster(
  [
    rect(0, 0, WIDTH, HEIGHT, ink.night),
    repeat(46, (i) => disc((i * 379) % WIDTH, (i * 167) % 430, 2 + (i % 3), ink.haze)),
    disc(1180, 400, 260, ink.lamp),
    rect(0, 640, WIDTH, 400, ink.deep),
    repeat(8, (i) => rect(1180 - (250 - i * 22), 668 + i * 40, (250 - i * 22) * 2, 12, ink.lamp, 6)),
    group(240, 640, 1, ferry),
    waves(780, ink.sea, { height: 30 }),
    waves(850, ink.deep, { height: 30, shift: 70 }),
    waves(920, ink.night, { height: 30, shift: 20 }),
  ].join(''),
)

const keeper = poster(
  [
    sky([
      [ink.deep, 200],
      [ink.sea, 150],
      [ink.shoal, 140],
      [ink.dusk, 130],
      [ink.buoy, 130],
      [ink.night, 250],
    ]),
    shape('M 520 252 L 1600 20 V 330 Z', ink.lamp),
    shape('M 470 252 L 0 160 V 330 Z', ink.lamp),
    shape('M 420 320 H 570 L 620 860 H 370 Z', ink.fog),
    shape('M 411 420 H 579 L 590 540 H 400 Z', ink.buoy),
    shape('M 389 660 H 601 L 612 780 H 378 Z', ink.buoy),
    rect(400, 296, 190, 30, ink.night),
    rect(432, 206, 126, 92, ink.lamp),
    stroke('M 474 206 V 298 M 516 206 V 298', ink.night, 8),
    shape('M 415 210 L 495 130 L 575 210 Z', ink.night),
    shape('M 120 1000 L 260 840 L 420 800 L 640 812 L 760 880 L 900 1000 Z', ink.night),
    waves(930, ink.deep, { height: 34 }),
    stroke('M 1100 520 q 30 -34 60 0 q 30 -34 60 0 M 1270 440 q 22 -26 44 0 q 22 -26 44 0', ink.night, 9),
  ].join(''),
)

/** @param {number} x @param {number} height @param {string} fill */
function frond(x, height, fill) {
  const steps = Math.floor(height / 90)
  const leaves = repeat(steps, (i) => {
    const y = HEIGHT - 60 - i * 90
    const side = i % 2 === 0 ? 1 : -1
    return shape(`M ${x} ${y} q ${side * 120} -20 ${side * 150} -120 q ${-side * 130} 10 ${-side * 150} 120 Z`, fill)
  })
  return stroke(`M ${x} ${HEIGHT} q -26 -${height / 2} 0 -${height}`, fill, 16) + leaves
}

const kelp = poster(
  [
    rect(0, 0, WIDTH, HEIGHT, ink.fog),
    disc(1240, 150, 84, ink.lamp),
    shape('M 640 168 H 960 L 900 262 H 700 Z', ink.buoy),
    stroke('M 800 168 V 40', ink.night, 10),
    shape('M 812 46 L 930 150 H 812 Z', ink.night),
    waves(232, ink.shoal, { height: 24 }),
    waves(400, ink.sea, { length: 400, height: 60 }),
    waves(650, ink.deep, { length: 400, height: 60, shift: 130 }),
    frond(210, 700, ink.moss),
    frond(1390, 660, ink.moss),
    frond(420, 480, ink.leaf),
    frond(1170, 540, ink.leaf),
    frond(620, 330, ink.moss),
    frond(960, 380, ink.lamp),
    frond(1540, 420, ink.leaf),
    frond(60, 420, ink.lamp),
    stroke('M 790 262 V 640', ink.fog, 5, '2 18'),
  ].join(''),
)

const libraryBoat = poster(
  [
    rect(0, 0, WIDTH, HEIGHT, ink.lamp),
    disc(300, 330, 130, ink.buoy),
    shape('M 790 110 C 640 50 480 60 380 120 V 610 C 500 560 650 560 790 620 Z', ink.fog),
    shape('M 810 110 C 960 50 1120 60 1220 120 V 610 C 1100 560 950 560 810 620 Z', '#ffffff'),
    repeat(6, (i) => stroke(`M 440 ${190 + i * 62} q 150 -40 296 10`, ink.haze, 12)),
    repeat(6, (i) => stroke(`M 864 ${200 + i * 62} q 150 -50 296 -10`, ink.haze, 12)),
    rect(788, 60, 24, 640, ink.night),
    shape('M 812 60 L 960 92 L 812 124 Z', ink.buoy),
    shape('M 300 690 H 1300 L 1180 860 H 430 Z', ink.deep),
    rect(352, 726, 892, 26, ink.fog),
    repeat(5, (i) => disc(520 + i * 140, 800, 22, ink.lamp)),
    waves(830, ink.sea, { height: 34, length: 200 }),
    waves(910, ink.deep, { height: 34, length: 200, shift: 90 }),
  ].join(''),
)

/** @param {number} x */
const tower = (x) => rect(x - 26, 210, 52, 620, ink.night) + rect(x - 66, 770, 132, 60, ink.night)

/** @param {number} from @param {number} to @param {number} x */
const cables = (from, to, x) =>
  repeat(9, (i) => stroke(`M ${x} ${236 + i * 12} L ${from + ((to - from) * i) / 8} 640`, ink.night, 5))

const bridge = poster(
  [
    sky([
      [ink.buoy, 180],
      [ink.dusk, 180],
      [ink.lamp, 640],
    ]),
    disc(800, 640, 190, ink.fog),
    cables(30, 340, 370),
    cables(660, 400, 370),
    cables(940, 1200, 1230),
    cables(1570, 1260, 1230),
    tower(370),
    tower(1230),
    rect(0, 636, 690, 34, ink.night),
    rect(910, 636, 690, 34, ink.night),
    stroke('M 712 653 H 900', ink.night, 12, '4 34'),
    waves(780, ink.sea, { height: 26 }),
    waves(865, ink.deep, { height: 26, shift: 60 }),
    waves(940, ink.night, { height: 26, shift: 20 }),
  ].join(''),
)

const foghorn = poster(
  [
    sky([
      [ink.haze, 260],
      ['#d2dfe1', 180],
      [ink.fog, 220],
      [ink.haze, 340],
    ]),
    repeat(7, (i) =>
      stroke(
        `M ${660 + i * 120} ${430 - i * 62} A ${170 + i * 120} ${170 + i * 120} 0 0 1 ${660 + i * 120} ${530 + i * 62}`,
        i % 2 === 0 ? ink.buoy : ink.deep,
        30 - i * 3,
      ),
    ),
    shape('M 300 440 L 590 330 V 630 L 300 520 Z', ink.night),
    rect(570, 306, 40, 348, ink.lamp, 20),
    rect(180, 430, 130, 100, ink.deep),
    shape('M 200 530 H 340 L 400 860 H 140 Z', ink.night),
    shape('M 0 1000 V 860 L 140 830 H 420 L 620 900 L 760 1000 Z', ink.night),
    waves(930, ink.shoal, { height: 30, length: 240 }),
  ].join(''),
)

const seal =
  shape('M 0 0 C 20 -110 140 -120 190 -60 C 260 -30 330 -40 390 0 L 430 -34 L 430 20 Z', ink.deep) +
  disc(62, -56, 9, ink.fog) +
  stroke('M 20 -26 h -44 M 22 -14 h -40', ink.deep, 4)

const dog = [
  rect(70, -96, 170, 84, ink.dusk, 36),
  rect(84, -50, 26, 70, ink.dusk, 10),
  rect(200, -50, 26, 70, ink.dusk, 10),
  rect(10, -170, 110, 92, ink.dusk, 30),
  shape('M 74 -170 q 60 10 46 76 q -46 -12 -46 -76 Z', ink.brick),
  rect(84, -104, 16, 44, ink.buoy),
  disc(42, -132, 8, ink.night),
  disc(10, -112, 10, ink.night),
  stroke('M 236 -84 q 46 -10 44 -64', ink.dusk, 20),
].join('')

const seals = poster(
  [
    rect(0, 0, WIDTH, HEIGHT, ink.fog),
    disc(1300, 190, 120, ink.buoy),
    waves(330, ink.shoal, { height: 22 }),
    shape('M 0 480 Q 500 380 1600 450 V 1000 H 0 Z', ink.lamp),
    repeat(3, (i) => group(130 + i * 500, 520, 0.82, seal)),
    shape('M 0 600 Q 800 520 1600 620 V 1000 H 0 Z', '#f2b52a'),
    group(40, 716, 1, seal),
    group(560, 700, 1, dog),
    group(1000, 720, 1, seal),
    shape('M 0 800 Q 900 730 1600 830 V 1000 H 0 Z', ink.lamp),
    repeat(3, (i) => group(-40 + i * 600, 940, 1.15, seal)),
  ].join(''),
)

/** @param {number} x @param {number} y @param {number} scale */
const loaf = (x, y, scale) =>
  group(
    x,
    y,
    scale,
    shape('M -130 60 C -150 -60 -70 -90 0 -90 C 70 -90 150 -60 130 60 Z', ink.dusk) +
      stroke('M -60 -40 l 40 50 M 0 -54 l 40 56 M 60 -40 l 34 44', ink.fog, 12),
  )

const oven = poster(
  [
    rect(0, 0, WIDTH, HEIGHT, ink.brick),
    repeat(10, (row) =>
      repeat(9, (i) =>
        rect(
          i * 200 - (row % 2 === 0 ? 0 : 100),
          row * 100,
          188,
          88,
          (row + i * 3) % 5 === 0 ? '#c4392a' : ink.buoy,
          4,
        ),
      ),
    ),
    shape('M 260 1000 V 640 A 540 540 0 0 1 1340 640 V 1000 Z', ink.night),
    shape('M 350 1000 V 650 A 450 450 0 0 1 1250 650 V 1000 Z', ink.dusk),
    shape('M 460 1000 V 680 A 340 340 0 0 1 1140 680 V 1000 Z', ink.lamp),
    repeat(5, (i) => shape(`M ${520 + i * 130} 800 q -60 -90 20 -190 q 6 80 50 100 q 20 60 -70 90 Z`, ink.buoy)),
    rect(0, 880, WIDTH, 120, ink.night),
    loaf(540, 822, 0.95),
    loaf(800, 812, 1.1),
    loaf(1060, 822, 0.95),
  ].join(''),
)

/** @type {Record<string, string>} */
export const posters = {
  'night-ferry': nightFerry,
  'last-keeper': keeper,
  'kelp-harvest': kelp,
  'library-boat': libraryBoat,
  'bridge-vote': bridge,
  'foghorn-dispute': foghorn,
  'seal-count': seals,
  'hundred-year-oven': oven,
}
