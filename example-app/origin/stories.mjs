/** @typedef {import('./desk.mjs').Story} Story */

/** @type {ReadonlyArray<Omit<Story, 'edition' | 'editedAt'>>} */
export const stories = [
  {
    slug: 'night-ferry',
    section: 'Harbour',
    title: 'After eleven winters, the night boat sails again',
    standfirst:
      'The 23:40 to the mainland left on Friday with sixty-one passengers, two bicycles and a cello. Nobody aboard seemed to want to sleep.',
    byline: 'Ines Calder',
    publishedAt: '2026-11-21',
    coverAlt: 'A lit ferry crossing dark water under a very large moon',
    body: [
      'The last time the night boat ran, the fare was paid in coins and the saloon still had ashtrays. On Friday the coins were gone, the ashtrays had become flower pots, and the queue reached the fish market by nine.',
      'The company had planned for twenty. “We thought of nurses and of people with early flights,” said the purser, Tom Averill, who had sold out of soup before the ropes were off. “We did not think of people who simply missed it.”',
      'The crossing takes five hours, which is three more than it needs. The slow speed saves fuel, and it has a second effect that the timetable does not mention: it delivers everyone at breakfast. A retired teacher from Upper Sands had brought a chess set and lost to four strangers before the lighthouse was astern.',
      'For now the boat runs on Fridays and Sundays until the end of March. If an average of forty people take it, it stays. The company has asked passengers to stop bringing cake for the crew, and then asked them, in a second notice, to disregard the first.',
    ],
  },
  {
    slug: 'bridge-vote',
    section: 'Council',
    title: 'Bridge, tunnel or nothing: the island votes for the sixth time',
    standfirst: 'Five ballots since 1974 have produced two half-built towers and a very good local choir.',
    byline: 'Marek Oduya',
    publishedAt: '2026-11-21',
    coverAlt: 'A cable bridge with a gap in the middle, in front of a setting sun',
    body: [
      'The question on Thursday’s paper is eleven words long, which the returning officer calls progress. In 1998 it took a page and a half, and the result was annulled because a comma could be read two ways.',
      'Those in favour say that a bridge would put the hospital eighteen minutes away instead of ninety. Those against say that it would put everyone else eighteen minutes away too. The third option, nothing, has won twice.',
      'The towers of the 1981 attempt still stand in the channel. Cormorants live on one. The other is rented, at one pound a year, by the Channel Choir, who say that the acoustics below the road deck are the best in the county.',
    ],
  },
  {
    slug: 'seal-count',
    section: 'Shore',
    title: 'Volunteers count 1,204 seals and one lost dog',
    standfirst: 'The annual census on the north bank took nine hours, because someone kept barking back.',
    byline: 'Ruth Achterberg',
    publishedAt: '2026-11-20',
    coverAlt: 'Rows of seals on a yellow sandbank; one of them is a small orange dog',
    body: [
      'You count seals from the left, in pairs, out loud, and if you sneeze you start again. Forty-three volunteers did this on Saturday along six kilometres of sandbank, and their totals agreed to within three.',
      'The third of the three was Biscuit, a terrier from Harbour Street who had been missing since Wednesday. He was in good health, somewhat salted, and reluctant to leave. “He had made friends,” said his owner. “They had not.”',
      'The total is up by 88 on last year. The count goes to the university on the mainland, where it will be corrected for weather, tide and dog.',
    ],
  },
  {
    slug: 'library-boat',
    section: 'Town',
    title: 'A library that comes by sea, Thursdays at four',
    standfirst:
      'Three thousand books, one stove, no late fees. The Marginalia has been to every jetty that will have her.',
    byline: 'Ines Calder',
    publishedAt: '2026-11-19',
    coverAlt: 'A boat whose sail is an open book, on a yellow sky',
    body: [
      'She was built to carry gravel, and gravel is heavier than novels, so the Marginalia rides high and rolls. Regulars know to read the bottom shelves first.',
      'The rules are painted on the wheelhouse: bring it back when the boat is back; if you cry at the end, say so in pencil; no wet dogs in Poetry. The pencil notes have become a collection of their own. One copy of a sea story has been annotated by four generations of one family, all of whom disagree about the captain.',
      'Librarian and skipper Hana Brandt says that the hardest part is not the weather. “It is deciding what to leave ashore.”',
    ],
  },
  {
    slug: 'last-keeper',
    section: 'Harbour',
    title: 'The lamp at Skerry Point carries on without its keeper',
    standfirst:
      'Ada Lindqvist climbed the 164 steps for the last time on Tuesday. The light did not notice, she says, and that is the point of a light.',
    byline: 'Marek Oduya',
    publishedAt: '2026-11-18',
    coverAlt: 'A red and white lighthouse at dusk, its beam reaching both edges of the picture',
    body: [
      'The lamp has been automatic since 1994. Ada Lindqvist stayed on to clean the glass, write the log and, on foggy nights, to telephone skippers whose voices she did not like the sound of.',
      'Her log fills thirty-two volumes. Most entries are one line. “Wind NW. All as it should be” appears four thousand and six times. The longest, from a night in 2003, ends: “Then it was morning and they were all in, and I made pancakes.”',
      'The harbour board will install a camera. Mrs Lindqvist has asked that somebody go up once a month all the same, because of the salt, and because of the view.',
    ],
  },
  {
    slug: 'kelp-harvest',
    section: 'Trade',
    title: 'Kelp is the island’s oldest crop, and now its newest',
    standfirst: 'Three families cut it by hand. A fourth has bought a boat, a freezer and a very large scale.',
    byline: 'Ruth Achterberg',
    publishedAt: '2026-11-17',
    coverAlt: 'A small red boat above a forest of kelp',
    body: [
      'For two hundred years kelp was burned for soda, and the smoke was so thick that ships steered by it. Then the price fell, the kilns went out, and the weed was left to the otters.',
      'It is back because of soup. A kitchen on the mainland takes forty kilos a week and would take four hundred. The Renwicks cut with sickles at low water, a third of each plant and never the same bed twice in five years.',
      'Whether there is room for a boat that works in an afternoon what a family works in a month will be decided by the fisheries office in spring. The otters have not been consulted.',
    ],
  },
  {
    slug: 'foghorn-dispute',
    section: 'Council',
    title: 'Who is allowed to switch off a foghorn?',
    standfirst:
      'It has sounded every ninety seconds since 1911. A newcomer has written a letter. The town has written back, at length.',
    byline: 'Tove Marsh',
    publishedAt: '2026-11-16',
    coverAlt: 'A foghorn on a rock, its sound drawn as red and blue arcs',
    body: [
      'The letter was polite. It asked whether, in an age of satellites, a horn of 118 decibels needed to sound in light mist on a Sunday. It was signed by one household. The replies were signed by four hundred.',
      'Legally the horn belongs to nobody. The lighthouse service gave it to the harbour board in 1978; the board has no record of having accepted. The electricity is paid by the bakery, for reasons that the baker describes as historical.',
      'A trial silence was held last Sunday from two to four. Eleven people rang the coastguard to ask what was wrong.',
    ],
  },
  {
    slug: 'hundred-year-oven',
    section: 'Town',
    title: 'The bakery’s oven is a hundred and is lit at three, as ever',
    standfirst: 'It has been cold for nine days since 1926. Everyone here can tell you which.',
    byline: 'Tove Marsh',
    publishedAt: '2026-11-15',
    coverAlt: 'Loaves in front of the fire of a brick oven',
    body: [
      'The bricks came as ballast in a ship that had sold its slate. They hold heat so well that the bakers dry their gloves on the outer wall at noon, eight hours after the last log.',
      'The nine cold days are written in chalk above the door: five for the flood of ’53, three for the strike, and one, in a different hand, for love. Nobody will say whose.',
      'On its birthday the oven baked what it always bakes, 310 loaves and a tray of burnt ones for the gulls, who were early.',
    ],
  },
]

/** Stories that moved to another address: the old one and the new one. @type {ReadonlyMap<string, string>} */
export const moved = new Map([['night-boat', 'night-ferry']])

/** @type {ReadonlyArray<{ year: number, headline: string, note: string }>} */
export const archive = [
  { year: 2003, headline: 'All boats in', note: 'The storm edition was printed by candle and is slightly brown.' },
  { year: 1981, headline: 'Work on the bridge begins', note: 'And, on page four: “Doubts about the bridge”.' },
  { year: 1953, headline: 'Water in Harbour Street', note: 'Printed on the mainland, as the press was under it.' },
  { year: 1926, headline: 'New oven for the bakery', note: 'Twelve lines, below an advertisement for galoshes.' },
  { year: 1911, headline: 'The horn sounds', note: 'The first letter of complaint is in the same issue.' },
]
