#pragma once

/// Inserts and automation drawn at random, within what would sound.

#include <string>
#include <vector>

#include "bench/sessions/numpy_random.h"
#include "bench/sessions/plan.h"

namespace dubplate::bench {

/// Response files that random convolutions may name.
struct Responses {
    std::vector<std::string> mono, stereo;
};

/// One insert of a random kind for a strip of so many channels.
session::Insert random_insert(NumpyRandom& random, int channels, const Responses& responses);

/// A compressor that ducks by its key.
session::Insert random_ducker(NumpyRandom& random, session::Key key);

/// A lane for a random moving parameter of the strip (fader, pan, mute, send levels, parameters of its inserts) over
/// [0, seconds), not one of `taken`.
session::Lane random_lane(NumpyRandom& random, const session::Strip& strip, double seconds);

}  // namespace dubplate::bench
