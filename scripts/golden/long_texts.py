"""Answers of many tokens, written for this project."""

LIGHTHOUSE = (
    "The old lighthouse keeper climbed the spiral stairs every evening, counting each step "
    "under his breath. There were two hundred and eleven of them, and he had never once "
    "been wrong. At the top he would wipe the salt from the great lens, light the lamp, "
    "and write one line in the book: the wind, the sea, the ships that passed. Most nights "
    "no ship passed at all. Still he wrote the line, because his father had written it "
    "before him, and because a book with a missing line is a book that lies. On the last "
    "night of October the lamp would not catch. He tried four matches, then five, then "
    "went down all two hundred and eleven steps to fetch the lantern from the kitchen. "
    "When he came back, out of breath, a small boat was turning slowly beneath the cliff, "
    "its crew shouting into the dark. He held the lantern out of the window at arm's "
    "length until his shoulder burned. In the morning he wrote: wind from the north, heavy "
    "sea, one boat, all safe. Then he counted the steps down, and for the first time in "
    "forty years he came to two hundred and twelve."
)
BREAD = (
    "1. Mix 500 g of flour, 350 g of warm water, 10 g of salt and 4 g of dried yeast in a "
    "large bowl.\n"
    "2. Cover the bowl with a damp cloth and let it rest for 45 minutes.\n"
    "3. Stretch one side of the dough and fold it over the middle. Turn the bowl and "
    "repeat until you have gone around once.\n"
    "4. Rest for another 30 minutes, then stretch and fold a second time.\n"
    "5. Leave the dough in the refrigerator overnight, for at least 8 and at most 18 "
    "hours.\n"
    "6. The next day, heat the oven to 240 degrees with an iron pot inside.\n"
    "7. Shape the dough into a ball, put it into the hot pot, and cut a cross into the "
    "top.\n"
    "8. Bake with the lid on for 25 minutes, then without it for 15 to 20 minutes, until "
    "the crust is dark brown.\n"
    "9. Let the bread cool on a rack for an hour before you slice it, or the crumb will be "
    "sticky."
)
MARBLES = (
    "Mina starts with 36 marbles. She gives a third of them to her brother, which is 36 / "
    "3 = 12 marbles, so 36 - 12 = 24 are left. Then she wins 9 marbles in a game, and 24 + "
    "9 = 33. At last she packs all of them into bags of 3, which makes 33 / 3 = 11 bags.\n"
    "#### 11"
)
WATERFALL = (
    "async function readAll(paths) {\n"
    "  const texts = [];\n"
    "  for (const path of paths) {\n"
    '    const file = await open(path, "r");\n'
    "    texts.push(await file.text());\n"
    "    await file.close();\n"
    "  }\n"
    "  return texts;\n"
    "}"
)
LETTER = (
    "Dear neighbours,\n\n"
    "from Monday on the stairwell will be painted, one floor a day, starting at the top. "
    "Please keep your doors closed until the evening and do not touch the handrail. The "
    "lift stays open, but it will be full of ladders, so allow a little more time in the "
    "morning. If you own a cat that likes to explore, this is the week to talk to it. On "
    "Friday, when everything is dry, there will be cake in the courtyard for all who "
    "survived the smell.\n\n"
    "Kind regards,\n"
    "The people with the brushes"
)
MOON = "The Moon has no light of its own; what we see is sunlight that its grey dust throws back."
